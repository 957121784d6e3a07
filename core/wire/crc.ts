// The checksums of HID token protocols (HID document, A4 and B1), bit by bit: frames are short.

/** What remains of crc16 over bytes that end with their complemented CRC, low byte first. */
export const CRC16_RESIDUE = 0xf0b8;

/**
 * CRC-16 of ISO 13239 without the final inversion: polynomial 0x8408 reflected, initial 0xFFFF.
 * Over "123456789" it is 0x6F91.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x8408 : 0);
  }
  return crc;
}

/**
 * CRC-32 of the STM32's hardware unit: polynomial 0x04C11DB7, initial 0xFFFFFFFF, neither reflected
 * nor inverted, fed with 32-bit words that are read little-endian.
 *
 * @throws {RangeError} when the bytes are no whole words
 */
export function crc32OfWords(bytes: Uint8Array): number {
  if (bytes.length % 4 !== 0) {
    throw new RangeError(`bytes must be a multiple of 4 long, got ${bytes.length}`);
  }
  let crc = 0xffff_ffff;
  for (let at = 0; at < bytes.length; at += 4) {
    for (const offset of [3, 2, 1, 0]) {
      crc ^= (bytes[at + offset] ?? 0) << 24;
      for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000_0000 ? 0x04c1_1db7 : 0);
    }
  }
  return crc >>> 0;
}
