/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-redact.h"

#include <string.h>

/* What may stand in a log. Three nets, for none is enough: secrets that the program knows, fields that
 * are secret or private by their name, and shapes that look like a token or a phone number. */

#define REDACTED "[redacted]"
#define SHORTEST_SECRET 4
#define KEPT_DIGITS 3
#define SHORTEST_SHAPE 5 /* "sig=x" */

static GRWLock secrets_lock;
static GPtrArray *secrets; /* longest first, so that one that holds another goes as a whole */

static int
compare_by_length (gconstpointer a, gconstpointer b)
{
  gsize one = strlen (*(const char *const *) a), two = strlen (*(const char *const *) b);

  return one < two ? 1 : one > two ? -1 : 0;
}

static void
add_form (const char *secret)
{
  if (strlen (secret) >= SHORTEST_SECRET
      && !g_ptr_array_find_with_equal_func (secrets, secret, g_str_equal, NULL))
    g_ptr_array_add (secrets, g_strdup (secret));
}

/**
 * moked_redact_add_secret:
 * @secret: a password, key or token
 *
 * From now on @secret is taken out of every line of the log, also where it stands percent-encoded in an
 * address or in base64. Shorter than four bytes nothing is secret, and the logs would be full of holes.
 */
void
moked_redact_add_secret (const char *secret)
{
  g_autofree char *escaped = NULL;
  g_autofree char *encoded = NULL;

  g_return_if_fail (secret != NULL);

  escaped = g_uri_escape_string (secret, NULL, FALSE);
  encoded = g_base64_encode ((const guchar *) secret, strlen (secret));

  g_rw_lock_writer_lock (&secrets_lock);
  if (secrets == NULL)
    secrets = g_ptr_array_new_with_free_func (g_free);
  if (strlen (secret) >= SHORTEST_SECRET)
    {
      add_form (secret);
      add_form (escaped);
      add_form (encoded);
      g_ptr_array_sort (secrets, compare_by_length);
    }
  g_rw_lock_writer_unlock (&secrets_lock);
}

static void
redact_secrets (GString *text)
{
  g_rw_lock_reader_lock (&secrets_lock);
  for (guint i = 0; secrets != NULL && i < secrets->len; i++)
    g_string_replace (text, g_ptr_array_index (secrets, i), REDACTED, 0);
  g_rw_lock_reader_unlock (&secrets_lock);
}

typedef struct
{
  const char *pattern;
  const char *replacement; /* NULL: a phone number, of which the end stays */
  GRegex     *regex;
} Shape;

/* A Twilio identifier (two letters and 32 hexadecimal digits) is no secret and stays: \b doesn't match
 * inside it. The digits before a phone's end may be parted, but a date with dots is none. */
static Shape shapes[] = {
  { "\\b(bearer|basic|digest)\\s+[A-Za-z0-9._~+/=-]{6,}", "\\1 " REDACTED },
  { "\\b([a-z0-9_-]{0,40}(?:token|secret|password|passwd|pwd|api[_-]?key|signature|sig|authorization|cookie))"
    "([\"']?\\s*[=:]\\s*[\"']?)(?!(?:bearer|basic|digest)\\s)[^\\s\"'&;,}]+",
    "\\1\\2" REDACTED },
  { "://[^/\\s:@]+:[^/\\s@]+@", "://" REDACTED "@" },
  { "\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*", REDACTED },
  { "\\b(?:sk|pk|rk|xox[abprs]|gh[pousr])[-_][A-Za-z0-9_-]{12,}", REDACTED },
  { "\\b(?:AIza[A-Za-z0-9_-]{20,}|EAA[A-Za-z0-9]{20,}|ya29\\.[A-Za-z0-9._-]{12,})", REDACTED },
  { "\\b[0-9a-f]{32,}\\b", REDACTED },
  { "(?:(?<![A-Za-z0-9_.])|(?<=%2B|%3A))(?![0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{4})"
    "(?:\\+(?:[ ().-]*[0-9]){8,15}|(?:00)?972(?:[ ().-]*[0-9]){8,10}|0[2-9](?:[ ().-]?[0-9]){7,8}"
    "|1[ -]?[78]00(?:[ -]?[0-9]){6}|(?<=%2B)[0-9]{8,15})(?![A-Za-z0-9_])",
    NULL },
};

static void
compile_shapes (void)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (GError) error = NULL;

      shapes[i].regex = g_regex_new (shapes[i].pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
      g_assert_no_error (error);
    }
  g_once_init_leave (&done, 1);
}

static void
append_masked_digits (GString *out, const char *number)
{
  char kept[KEPT_DIGITS + 1] = "";
  guint n = KEPT_DIGITS;

  for (gsize i = strlen (number); i > 0 && n > 0; i--)
    if (g_ascii_isdigit (number[i - 1]))
      kept[--n] = number[i - 1];
  g_string_append_printf (out, "***%s", kept + n);
}

static gboolean
mask_phone (const GMatchInfo *match, GString *out, gpointer data)
{
  g_autofree char *number = g_match_info_fetch (match, 0);

  append_masked_digits (out, number);
  return FALSE;
}

static void
redact_shape (GString *text, const Shape *shape)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = NULL;

  if (!g_regex_match (shape->regex, text->str, 0, NULL))
    return;
  if (shape->replacement != NULL)
    result = g_regex_replace (shape->regex, text->str, -1, 0, shape->replacement, 0, &error);
  else
    result = g_regex_replace_eval (shape->regex, text->str, -1, 0, 0, mask_phone, NULL, &error);
  /* A text that the pattern gives up on is not shown at all. */
  g_string_assign (text, result != NULL ? result : REDACTED);
}

/**
 * moked_redact_text:
 * @text: a text on its way into a log
 *
 * Takes out known secrets, credentials, long hexadecimal tokens and keys of vendors, and all but the
 * last three digits of phone numbers.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
moked_redact_text (const char *text)
{
  g_autofree char *valid = NULL;
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  compile_shapes ();
  out = g_string_new (text);
  redact_secrets (out);
  if (!g_utf8_validate_len (out->str, out->len, NULL))
    {
      valid = g_utf8_make_valid (out->str, out->len);
      g_string_assign (out, valid);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shapes) && out->len >= SHORTEST_SHAPE; i++)
    redact_shape (out, &shapes[i]);
  return g_string_free_and_steal (out);
}

/* A field is of a kind when its name is one of these, or ends with one of them after "_". */
static const char *const secret_names[] = {
  "token", "secret", "password", "passwd", "authorization", "credential", "credentials", "api_key", "access_key",
  "private_key", "auth_key", "signature", "cookie", "pairing_code", "verification_code", "otp", "pin", "qr", NULL
};
static const char *const body_names[] = {
  "body", "text", "content", "transcript", "subject", "html", "prompt", "reply", "note", "payload", NULL
};
static const char *const person_names[] = {
  "phone", "phone_number", "from", "to", "caller", "called", "recipient", "sender", "wa_id", NULL
};

static gboolean
name_is_of (const char *name, const char *const *names)
{
  for (; *names != NULL; names++)
    {
      gsize length = strlen (name), tail = strlen (*names);

      if (length >= tail && strcmp (name + length - tail, *names) == 0
          && (length == tail || name[length - tail - 1] == '_'))
        return TRUE;
    }
  return FALSE;
}

/* In a field that names a person's number every long row of digits is one. */
static char *
mask_person (const char *value)
{
  g_autofree char *text = moked_redact_text (value);
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0';)
    {
      gsize n = strspn (p, "0123456789");

      if (n > KEPT_DIGITS)
        {
          g_autofree char *digits = g_strndup (p, n);

          append_masked_digits (out, digits);
          p += n;
        }
      else
        {
          g_string_append_len (out, p, MAX (n, 1));
          p += MAX (n, 1);
        }
    }
  return g_string_free_and_steal (out);
}

/**
 * moked_redact_field:
 * @name: the name of a field of a log line
 * @value: its value
 *
 * Redacts by what the field is: of a secret nothing is left, of what people wrote only its length, of a
 * person's number the last three digits. Any other value goes through moked_redact_text().
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
moked_redact_field (const char *name, const char *value)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (name != NULL && value != NULL, NULL);

  plain = g_ascii_strdown (name, -1);
  g_strdelimit (plain, "-. ", '_');
  if (name_is_of (plain, secret_names))
    return g_strdup (REDACTED);
  if (name_is_of (plain, body_names))
    return g_strdup_printf ("[%" G_GSIZE_FORMAT " bytes]", strlen (value));
  if (name_is_of (plain, person_names))
    return mask_person (value);
  return moked_redact_text (value);
}
