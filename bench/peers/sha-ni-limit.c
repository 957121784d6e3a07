/* The limit: nothing but the sha1rnds4 instructions of so many verifications, in chains enough to
 * keep the SHA unit full: 40 a code, 120 for three candidates. No verifier that uses the unit can be
 * faster; it takes no code, so that it races where all codes are wrong. */
#include <immintrin.h>

#include "work.h"

#define CHAINS 8
#define ROUNDS_A_CODE 40

static work all;

static long run(long from, long count) {
  __m128i chain[CHAINS], word = _mm_set1_epi32((int)from);
  long rounds = count * (2 * all.window + 1) * ROUNDS_A_CODE / CHAINS;
  for (int at = 0; at < CHAINS; at++) chain[at] = _mm_set1_epi32(at);
  for (long round = 0; round < rounds; round++) {
    for (int at = 0; at < CHAINS; at++) chain[at] = _mm_sha1rnds4_epu32(chain[at], word, 1);
  }
  for (int at = 1; at < CHAINS; at++) chain[0] = _mm_xor_si128(chain[0], chain[at]);
  volatile int kept = _mm_cvtsi128_si32(chain[0]);
  return kept & 0;
}

int main(int argc, char **argv) {
  if (argc != 2 || !read_work(argv[1], &all)) return work_fail("cannot read the work");
  if (strcmp(all.hash, "SHA1") != 0) return work_fail("SHA-1 only");
  return serve("the SHA unit alone", run);
}
