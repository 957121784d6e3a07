/* A contender: HMAC by OpenSSL 3, EVP_MAC, one context for each token made ready beforehand. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "work.h"

static work all;
static EVP_MAC_CTX **contexts;

static uint32_t code_at(EVP_MAC_CTX *context, uint64_t step) {
  uint8_t message[8], mac[64];
  size_t length;
  for (int at = 7; at >= 0; at--, step >>= 8) message[at] = (uint8_t)step;
  EVP_MAC_init(context, NULL, 0, NULL);
  EVP_MAC_update(context, message, sizeof message);
  EVP_MAC_final(context, mac, &length, sizeof mac);
  const uint8_t *cut = mac + (mac[length - 1] & 15);
  return (((uint32_t)cut[0] & 127) << 24 | cut[1] << 16 | cut[2] << 8 | cut[3]) % 1000000;
}

static long run(long from, long count) {
  uint64_t now = all.now / 30;
  long accepted = 0;
  for (long at = from; at < from + count; at++) {
    long place = at % all.count;
    for (int by = -all.window; by <= all.window; by++) {
      if (code_at(contexts[place], now + (uint64_t)by) != all.submissions[place].number) continue;
      accepted++;
      break;
    }
  }
  return accepted;
}

int main(int argc, char **argv) {
  if (argc != 2 || !read_work(argv[1], &all)) return work_fail("cannot read the work");
  EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  contexts = calloc((size_t)all.count, sizeof *contexts);
  if (hmac == NULL || contexts == NULL) return work_fail("no HMAC");
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", all.hash, 0),
                             OSSL_PARAM_construct_end()};
  for (int at = 0; at < all.count; at++) {
    const submission *one = &all.submissions[at];
    contexts[at] = EVP_MAC_CTX_new(hmac);
    if (!EVP_MAC_init(contexts[at], one->secret, (size_t)one->secret_length, parameters)) {
      return work_fail("HMAC does not take the key");
    }
  }
  return serve(OpenSSL_version(OPENSSL_VERSION_STRING), run);
}
