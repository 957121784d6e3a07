/* The reference: HMAC-SHA-1 from cached midstates with the SHA instructions of x86-64, two tokens
 * interleaved, so that the unit is never idle. What a verifier can reach without a wider vector. */
#include <immintrin.h>

#include "work.h"

typedef struct {
  __m128i abcd, e;
} state;

typedef struct {
  state inner, outer;
} key;

static work all;
static key *keys;

static state initial(void) {
  state s = {_mm_set_epi32(0x67452301, (int)0xefcdab89, (int)0x98badcfe, 0x10325476),
             _mm_set_epi32((int)0xc3d2e1f0, 0, 0, 0)};
  return s;
}

/* Four rounds of both streams; w[at] is the message, `f` the function of these rounds. */
#define ROUNDS(at, f)                                              \
  do {                                                             \
    if (at > 3) {                                                  \
      for (int i = 0; i < 2; i++) {                                \
        __m128i *m = w[i];                                         \
        __m128i t = _mm_sha1msg1_epu32(m[at & 3], m[(at + 1) & 3]); \
        t = _mm_xor_si128(t, m[(at + 2) & 3]);                     \
        m[at & 3] = _mm_sha1msg2_epu32(t, m[(at + 3) & 3]);        \
      }                                                            \
    }                                                              \
    for (int i = 0; i < 2; i++) {                                  \
      __m128i before = abcd[i];                                    \
      __m128i add = at == 0 ? _mm_add_epi32(e[i], w[i][0])         \
                            : _mm_sha1nexte_epu32(e[i], w[i][at & 3]); \
      abcd[i] = _mm_sha1rnds4_epu32(abcd[i], add, f);              \
      e[i] = before;                                               \
    }                                                              \
  } while (0)

/* One block of each of two streams. `w` is spoiled. */
static inline __attribute__((always_inline)) void compress2(state *s[2], __m128i w[2][4]) {
  __m128i abcd[2] = {s[0]->abcd, s[1]->abcd}, e[2] = {s[0]->e, s[1]->e};
  ROUNDS(0, 0); ROUNDS(1, 0); ROUNDS(2, 0); ROUNDS(3, 0); ROUNDS(4, 0);
  ROUNDS(5, 1); ROUNDS(6, 1); ROUNDS(7, 1); ROUNDS(8, 1); ROUNDS(9, 1);
  ROUNDS(10, 2); ROUNDS(11, 2); ROUNDS(12, 2); ROUNDS(13, 2); ROUNDS(14, 2);
  ROUNDS(15, 3); ROUNDS(16, 3); ROUNDS(17, 3); ROUNDS(18, 3); ROUNDS(19, 3);
  for (int i = 0; i < 2; i++) {
    s[i]->e = _mm_sha1nexte_epu32(e[i], s[i]->e);
    s[i]->abcd = _mm_add_epi32(abcd[i], s[i]->abcd);
  }
}

static inline __attribute__((always_inline)) uint32_t code_of(const state *s) {
  uint8_t mac[32];
  const __m128i reversed = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
  _mm_storeu_si128((__m128i *)mac, _mm_shuffle_epi8(s->abcd, reversed));
  uint32_t last = (uint32_t)_mm_extract_epi32(s->e, 3), word;
  uint32_t swapped = __builtin_bswap32(last);
  memcpy(mac + 16, &swapped, 4);
  memcpy(&word, mac + (last & 15), 4);
  return (__builtin_bswap32(word) & 0x7fffffff) % 1000000;
}

static inline __attribute__((always_inline)) void codes2(const key *a, const key *b, uint64_t step,
                                                         uint32_t codes[2]) {
  const __m128i counter =
      _mm_set_epi32((int)(step >> 32), (int)step, (int)0x80000000, 0);
  const __m128i zero = _mm_setzero_si128();
  state first = a->inner, second = b->inner, *s[2] = {&first, &second};
  __m128i w[2][4] = {{counter, zero, zero, _mm_set_epi32(0, 0, 0, 576)},
                     {counter, zero, zero, _mm_set_epi32(0, 0, 0, 576)}};
  compress2(s, w);
  for (int i = 0; i < 2; i++) {
    w[i][0] = s[i]->abcd;
    w[i][1] = _mm_or_si128(_mm_and_si128(s[i]->e, _mm_set_epi32(-1, 0, 0, 0)),
                           _mm_set_epi32(0, (int)0x80000000, 0, 0));
    w[i][2] = zero;
    w[i][3] = _mm_set_epi32(0, 0, 0, 672);
  }
  first = a->outer;
  second = b->outer;
  compress2(s, w);
  codes[0] = code_of(&first);
  codes[1] = code_of(&second);
}

static state midstate(const submission *one, uint8_t pad) {
  state made = initial(), other = initial(), *s[2] = {&made, &other};
  __m128i w[2][4];
  for (int at = 0; at < 4; at++) {
    uint32_t words[4] = {0, 0, 0, 0};
    for (int byte = 0; byte < 16; byte++) {
      int place = 16 * at + byte;
      uint8_t value = place < one->secret_length ? one->secret[place] : 0;
      words[byte / 4] = words[byte / 4] << 8 | (uint8_t)(value ^ pad);
    }
    w[0][at] = _mm_set_epi32((int)words[0], (int)words[1], (int)words[2], (int)words[3]);
    w[1][at] = w[0][at];
  }
  compress2(s, w);
  return made;
}

static long run(long from, long count) {
  uint64_t now = all.now / 30;
  long accepted = 0;
  for (long at = from; at < from + count; at += 2) {
    long a = at % all.count, b = (at + 1) % all.count;
    uint32_t codes[2], found[2] = {0, 0};
    for (int by = -all.window; by <= all.window; by++) {
      codes2(&keys[a], &keys[b], now + (uint64_t)by, codes);
      found[0] |= codes[0] == all.submissions[a].number;
      found[1] |= codes[1] == all.submissions[b].number;
    }
    accepted += found[0] + found[1];
  }
  return accepted;
}

int main(int argc, char **argv) {
  if (argc != 2 || !read_work(argv[1], &all)) return work_fail("cannot read the work");
  if (strcmp(all.hash, "SHA1") != 0) return work_fail("SHA-1 only");
  if (!__builtin_cpu_supports("sse4.1")) return work_fail("no SSE 4.1");
  keys = aligned_alloc(64, (size_t)(all.count + 1) * sizeof *keys);
  if (keys == NULL) return work_fail("no memory");
  for (int at = 0; at < all.count; at++) {
    keys[at].inner = midstate(&all.submissions[at], 0x36);
    keys[at].outer = midstate(&all.submissions[at], 0x5c);
  }
  return serve("two streams", run);
}
