// The udev rules that let the person at the computer open tokens, and nobody else: TAG+="uaccess"
// gives the seat's user an ACL. Never MODE="0666".

/** A vendor's tokens, by USB ids in lower-case hexadecimal. */
interface TokenIds {
  readonly what: string;
  readonly vendor: string;
  /** All of the vendor's when absent. */
  readonly products?: readonly string[];
}

/** The vendors of the protocol documents. */
const TOKENS: readonly TokenIds[] = [
  { what: "Yubico", vendor: "1050" },
  { what: "Nitrokey Pro, Storage and 3; CanoKey", vendor: "20a0" },
  { what: "Librem Key", vendor: "316d", products: ["4c4b"] },
  { what: "OnlyKey", vendor: "1d50", products: ["60fc"] },
  { what: "OnlyKey (older)", vendor: "16c0", products: ["0486"] },
  { what: "Flipper Zero", vendor: "0483", products: ["5740"] },
];

/** Name of the file: before 73-seat-late.rules, which acts on the tag. */
export const UDEV_FILE_NAME = "70-oathbed.rules";

/** What to do with the text, one command a line. */
export const UDEV_INSTALLATION: readonly string[] = [
  `oathbed devices udev | sudo tee /etc/udev/rules.d/${UDEV_FILE_NAME}`,
  "sudo udevadm control --reload",
  "sudo udevadm trigger",
];

/**
 * The rules file: USB devices (CCID, WebUSB), hidraw nodes, and serial ports of each token. With
 * the vendor ids alone where a vendor makes nothing but tokens.
 */
export function udevRules(): string {
  const head = [
    "# Tokens that oathbed reaches: the user at the seat may open them, nobody else.",
    `# Install as /etc/udev/rules.d/${UDEV_FILE_NAME}, then:`,
    "#   udevadm control --reload && udevadm trigger",
    'ACTION=="remove", GOTO="oathbed_end"',
  ];
  return [...head, ...TOKENS.flatMap(rulesOf), 'LABEL="oathbed_end"', ""].join("\n");
}

function rulesOf({ what, vendor, products }: TokenIds): readonly string[] {
  return [
    "",
    `# ${what}`,
    ...(products ?? [undefined]).flatMap((product) => {
      const own = idsOf("ATTR", vendor, product);
      const parent = idsOf("ATTRS", vendor, product);
      return [
        `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ${own}, TAG+="uaccess"`,
        `SUBSYSTEM=="hidraw", ${parent}, TAG+="uaccess"`,
        `SUBSYSTEM=="tty", ${parent}, TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"`,
      ];
    }),
  ];
}

/** A match on the device itself, or on one above it. */
function idsOf(match: "ATTR" | "ATTRS", vendor: string, product: string | undefined): string {
  const vendorMatch = `${match}{idVendor}=="${vendor}"`;
  return product === undefined ? vendorMatch : `${vendorMatch}, ${match}{idProduct}=="${product}"`;
}
