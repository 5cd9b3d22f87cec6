/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-hmac.h"

static void
test_secret_equal (void)
{
  g_assert_true (moked_secret_equal ("s3cret", "s3cret"));
  g_assert_false (moked_secret_equal ("s3cret", "s3creT"));
  g_assert_false (moked_secret_equal ("s3cret", "S3cret"));
  g_assert_false (moked_secret_equal ("s3cret", "s3cre"));
  g_assert_false (moked_secret_equal ("s3cre", "s3cret"));
  g_assert_false (moked_secret_equal ("ab", "abab"));
  g_assert_false (moked_secret_equal ("", ""));
  g_assert_false (moked_secret_equal (NULL, NULL));
  g_assert_false (moked_secret_equal ("s3cret", NULL));
  g_assert_false (moked_secret_equal (NULL, "s3cret"));
}

/* The vectors of RFC 2202 (SHA-1) and RFC 4231 (SHA-256), and the empty message. */
static void
test_vectors (void)
{
  const char *question = "what do ya want for nothing?";
  g_autofree char *sha1 = moked_hmac_sha1_base64 ("Jefe", question, strlen (question));
  g_autofree char *sha256 = moked_hmac_sha256_hex ("Jefe", question, strlen (question));
  g_autofree char *empty = moked_hmac_sha1_base64 ("key", NULL, 0);
  guchar expected[] = { 0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74,
                        0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79 };
  g_autofree char *expected_sha1 = g_base64_encode (expected, sizeof expected);

  g_assert_cmpstr (sha1, ==, expected_sha1);
  g_assert_cmpstr (sha256, ==, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  g_assert_cmpstr (empty, ==, "9Cuw7rAY671Fl65yE3EexgdghD8=");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hmac/secret-equal", test_secret_equal);
  g_test_add_func ("/hmac/vectors", test_vectors);
  return g_test_run ();
}
