/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/twilio/moked-twilio-signature.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-hmac.h"

/* X-Twilio-Signature: base64 (HMAC-SHA1 (token, URL + name + value + name + value …)) with the form's fields
 * sorted by name, and by value where a name comes more than once; equal pairs count once. A body that is no
 * form is not signed itself: its SHA-256 is in the query, and the URL is.
 *
 * Twilio signs the URL sometimes with and sometimes without the port, and old accounts encode its query in
 * another way: four candidates. */

typedef struct
{
  const char *key;
  const char *value;
} Pair;

static int
compare_pairs (const void *a,
               const void *b)
{
  const Pair *left = a;
  const Pair *right = b;
  int by_key = strcmp (left->key, right->key);

  return by_key != 0 ? by_key : strcmp (left->value, right->value);
}

static void
append_fields (GString   *text,
               MokedForm *form)
{
  guint n = moked_form_get_n_pairs (form);
  g_autofree Pair *pairs = g_new (Pair, n);

  for (guint i = 0; i < n; i++)
    moked_form_get_pair (form, i, &pairs[i].key, &pairs[i].value);
  qsort (pairs, n, sizeof *pairs, compare_pairs);
  for (guint i = 0; i < n; i++)
    {
      if (i > 0 && compare_pairs (&pairs[i - 1], &pairs[i]) == 0)
        continue;
      g_string_append (text, pairs[i].key);
      g_string_append (text, pairs[i].value);
    }
}

/**
 * moked_twilio_sign:
 * @token: the account's auth token
 * @url: what is called
 * @form: (nullable): the body
 *
 * Returns: (transfer full): the signature
 */
char *
moked_twilio_sign (const char *token,
                   const char *url,
                   MokedForm  *form)
{
  g_autoptr (GString) text = g_string_new (url);

  if (form != NULL)
    append_fields (text, form);
  return moked_hmac_sha1_base64 (token, text->str, text->len);
}

/* The URL with its port when it has none, without it when it has one. */
static char *
dup_other_port (const char *url)
{
  const char *authority = strstr (url, "://");
  const char *path, *colon;
  g_autofree char *start = NULL;

  if (authority == NULL)
    return NULL;
  authority += 3;
  path = authority + strcspn (authority, "/?");
  colon = g_strrstr_len (authority, path - authority, ":");
  if (colon != NULL && memchr (colon, ']', path - colon) == NULL)
    {
      start = g_strndup (url, colon - url);
      return g_strconcat (start, path, NULL);
    }
  start = g_strndup (url, path - url);
  return g_strconcat (start, g_str_has_prefix (url, "https:") || g_str_has_prefix (url, "wss:") ? ":443" : ":80",
                      path, NULL);
}

/* The query as Node's querystring.stringify() writes it, which old signatures are made over. */
static char *
dup_legacy_query (const char *url)
{
  const char *mark = strchr (url, '?');
  g_autoptr (MokedForm) query = mark != NULL ? moked_form_parse (mark + 1, strlen (mark + 1), NULL) : NULL;
  GString *text;

  if (query == NULL)
    return NULL;
  text = g_string_new_len (url, mark - url);
  for (guint i = 0; i < moked_form_get_n_pairs (query); i++)
    {
      const char *key, *value;
      g_autofree char *escaped_key = NULL;
      g_autofree char *escaped_value = NULL;

      moked_form_get_pair (query, i, &key, &value);
      escaped_key = g_uri_escape_string (key, "!'()*", FALSE);
      escaped_value = g_uri_escape_string (value, "!'()*", FALSE);
      g_string_append_printf (text, "%c%s=%s", i == 0 ? '?' : '&', escaped_key, escaped_value);
    }
  return g_string_free (text, FALSE);
}

static gboolean
matches (const char *const *tokens,
         const char        *url,
         MokedForm         *form,
         const char        *signature)
{
  for (guint i = 0; url != NULL && tokens[i] != NULL; i++)
    {
      g_autofree char *ours = moked_twilio_sign (tokens[i], url, form);

      if (moked_secret_equal (ours, signature))
        return TRUE;
    }
  return FALSE;
}

static gboolean
matches_any (const char *const *tokens,
             const char        *url,
             MokedForm         *form,
             const char        *signature)
{
  g_autofree char *other = NULL;
  g_autofree char *legacy = NULL;
  g_autofree char *other_legacy = NULL;

  if (matches (tokens, url, form, signature))
    return TRUE;
  other = dup_other_port (url);
  if (matches (tokens, other, form, signature))
    return TRUE;
  if ((legacy = dup_legacy_query (url)) == NULL)
    return FALSE;
  other_legacy = dup_other_port (legacy);
  return matches (tokens, legacy, form, signature) || matches (tokens, other_legacy, form, signature);
}

/* Whether the query names the body's hash. */
static gboolean
has_body_hash (const MokedSignedRequest *request,
               gboolean                 *good)
{
  const char *mark = strchr (request->url, '?');
  g_autoptr (MokedForm) query = mark != NULL ? moked_form_parse (mark + 1, strlen (mark + 1), NULL) : NULL;
  const char *given = query != NULL ? moked_form_get (query, "bodySHA256") : NULL;
  g_autofree char *ours = NULL;

  if (given == NULL)
    return FALSE;
  ours = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request->body);
  *good = moked_secret_equal (ours, given);
  return TRUE;
}

/**
 * moked_twilio_verify:
 * @tokens: (array zero-terminated=1): the auth token, and the former one while it is being changed
 * @request: what came in
 * @error: %MOKED_ERROR_FORMAT when there is neither a form nor a hash of the body;
 *   %MOKED_ERROR_FORBIDDEN
 *
 * Returns: whether Twilio sent it
 */
gboolean
moked_twilio_verify (const char *const        *tokens,
                     const MokedSignedRequest *request,
                     GError                  **error)
{
  const char *signature = request->get_header (request->source, "X-Twilio-Signature");
  gboolean hash_good = TRUE;
  MokedForm *form = request->form;

  if (has_body_hash (request, &hash_good))
    form = NULL;
  else if (form == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The body is not a form");
      return FALSE;
    }
  if (signature != NULL && hash_good && matches_any (tokens, request->url, form, signature))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN,
                       signature != NULL ? "The signature does not match" : "The request is not signed");
  return FALSE;
}
