/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-hmac.h"

#include <string.h>

#define SHA1_LENGTH 20

/**
 * moked_secret_equal:
 * @a: (nullable): a secret
 * @b: (nullable): what somebody claims it to be
 *
 * Compares two secrets in a time that depends on the length of @b alone, so that nobody guesses one
 * letter by letter. Missing and empty secrets equal nothing.
 *
 * Returns: whether they are the same
 */
gboolean
moked_secret_equal (const char *a, const char *b)
{
  gsize length_a = a != NULL ? strlen (a) : 0;
  gsize length_b = b != NULL ? strlen (b) : 0;
  volatile guint8 difference = length_a != length_b;

  if (length_a == 0 || length_b == 0)
    return FALSE;
  for (gsize i = 0; i < length_b; i++)
    difference |= (guint8) a[i % length_a] ^ (guint8) b[i];
  return difference == 0;
}

/**
 * moked_hmac_sha1_base64:
 * @key: the shared secret
 * @data: (array length=length) (element-type guint8): what is signed
 * @length: its length in bytes
 *
 * A signature as Twilio sends it in X-Twilio-Signature (RFC 2104 with SHA-1, base64).
 *
 * Returns: (transfer full): the signature
 */
char *
moked_hmac_sha1_base64 (const char *key, gconstpointer data, gsize length)
{
  g_autoptr (GHmac) hmac = NULL;
  guint8 digest[SHA1_LENGTH];
  gsize size = sizeof digest;

  g_return_val_if_fail (key != NULL && (data != NULL || length == 0), NULL);

  hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) key, strlen (key));
  g_hmac_update (hmac, data, (gssize) length);
  g_hmac_get_digest (hmac, digest, &size);
  return g_base64_encode (digest, size);
}

/**
 * moked_hmac_sha256_hex:
 * @key: the shared secret
 * @data: (array length=length) (element-type guint8): what is signed
 * @length: its length in bytes
 *
 * A signature as Meta and our own outgoing webhooks send it (RFC 2104 with SHA-256, in hexadecimal).
 *
 * Returns: (transfer full): the signature in lower case
 */
char *
moked_hmac_sha256_hex (const char *key, gconstpointer data, gsize length)
{
  g_return_val_if_fail (key != NULL && (data != NULL || length == 0), NULL);

  return g_compute_hmac_for_data (G_CHECKSUM_SHA256, (const guchar *) key, strlen (key), data, length);
}
