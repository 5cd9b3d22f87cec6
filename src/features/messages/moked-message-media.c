/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message-media.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-json.h"
#include "base/moked-text.h"

/* What a bubble says of a message besides its words, and the links in these. */

static const struct
{
  const char *type;
  const char *name;
} formats[] = {
  { "image/jpeg", "JPEG" },
  { "image/png", "PNG" },
  { "image/gif", "GIF" },
  { "image/webp", "WebP" },
  { "audio/ogg", "OGG" },
  { "audio/mpeg", "MP3" },
  { "audio/mp4", "M4A" },
  { "audio/amr", "AMR" },
  { "video/mp4", "MP4" },
  { "video/3gpp", "3GP" },
  { "application/pdf", "PDF" },
  { "application/msword", "DOC" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX" },
  { "application/vnd.ms-excel", "XLS" },
  { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX" },
  { "application/vnd.ms-powerpoint", "PPT" },
  { "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX" },
  { "application/zip", "ZIP" },
  { "text/plain", "TXT" },
  { "text/csv", "CSV" },
};

static const char *
get_format (const char *type)
{
  gsize length = type != NULL ? strcspn (type, "; ") : 0;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strlen (formats[i].type) == length && g_ascii_strncasecmp (formats[i].type, type, length) == 0)
      return formats[i].name;
  return NULL;
}

static yyjson_doc *
parse (const char *media)
{
  return media != NULL ? yyjson_read (media, strlen (media), YYJSON_READ_NOFLAG) : NULL;
}

static const char *
get_string (yyjson_val *item,
            const char *name)
{
  return yyjson_get_str (yyjson_obj_get (item, name));
}

/* The formats that have a name, once each. */
static char *
dup_formats (yyjson_val *list)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  yyjson_val *item;
  yyjson_arr_iter iter;
  g_autofree char *joined = NULL;

  yyjson_arr_iter_init (list, &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *format = get_format (get_string (item, "type"));

      if (format != NULL && !g_ptr_array_find_with_equal_func (names, format, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) format);
    }
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (", ", (GStrv) names->pdata);
  return *joined != '\0' ? moked_text_isolate_ltr (joined) : NULL;
}

/**
 * moked_message_media_dup_title:
 * @kind: what the message is
 * @media: (nullable): its attachments, see [class@Message]
 *
 * Returns: (transfer full): what is attached, for people: "Document · PDF", or a place's name
 */
char *
moked_message_media_dup_title (MokedMessageKind kind,
                               const char      *media)
{
  g_autoptr (yyjson_doc) doc = parse (media);
  yyjson_val *list = yyjson_doc_get_root (doc);
  const char *label = _ (moked_enum_get_label (moked_message_kinds, kind));
  const char *place = kind == MOKED_MESSAGE_LOCATION ? get_string (yyjson_arr_get_first (list), "label") : NULL;
  guint n = yyjson_arr_size (list);
  g_autofree char *names = dup_formats (list);
  g_autofree char *count = NULL;

  if (place != NULL && *place != '\0')
    return g_strdup_printf ("%s · %s", label, place);
  if (n > 1)
    /* Translators: one or more files came with a message */
    label = count = g_strdup_printf (ngettext ("%u attachment", "%u attachments", n), n);
  return names != NULL ? g_strdup_printf ("%s · %s", label, names) : g_strdup (label);
}

static gboolean
read_degrees (yyjson_val *item,
              const char *name,
              double      most,
              double     *out)
{
  const char *text = get_string (item, name);
  char *end = NULL;

  if (text == NULL || *text == '\0')
    return FALSE;
  *out = g_ascii_strtod (text, &end);
  return *end == '\0' && *out >= -most && *out <= most;
}

/**
 * moked_message_media_dup_map_url:
 * @media: (nullable): attachments, see [class@Message]
 *
 * Returns: (transfer full) (nullable): where a shared place is shown on a map; %NULL when there is none
 */
char *
moked_message_media_dup_map_url (const char *media)
{
  g_autoptr (yyjson_doc) doc = parse (media);
  yyjson_val *item = yyjson_arr_get_first (yyjson_doc_get_root (doc));
  double latitude, longitude;
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];

  if (!read_degrees (item, "latitude", 90, &latitude) || !read_degrees (item, "longitude", 180, &longitude))
    return NULL;
  g_ascii_formatd (north, sizeof north, "%.6f", latitude);
  g_ascii_formatd (east, sizeof east, "%.6f", longitude);
  return g_strdup_printf ("https://www.openstreetmap.org/?mlat=%s&mlon=%s#map=17/%s/%s", north, east, north, east);
}

/* An address ends at white space, and at characters that turn the direction of text: with these it could
 * look like another one. */
static GRegex *
get_link_regex (void)
{
  static const char pattern[] = "\\b(?:https?://|www\\.)(?=[\\p{L}\\p{N}])"
                                "[^\\s<>\"\\x{200e}\\x{200f}\\x{061c}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]+";
  static GRegex *regex;

  if (g_once_init_enter_pointer (&regex))
    g_once_init_leave_pointer (&regex, g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE,
                                                    G_REGEX_MATCH_DEFAULT, NULL));
  return regex;
}

/* Signs that end a sentence around an address, not the address. */
static gsize
get_link_length (const char *link)
{
  gsize length = strlen (link);

  while (length > 0 && strchr (".,;:!?'*_)]}", link[length - 1]) != NULL)
    {
      if (link[length - 1] == ')' && memchr (link, '(', length) != NULL)
        break;
      length--;
    }
  return length;
}

static void
append_escaped (GString    *markup,
                const char *text,
                gssize      length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (markup, escaped);
}

static void
append_link (GString    *markup,
             const char *link,
             gsize       length)
{
  gboolean bare = g_ascii_strncasecmp (link, "http", 4) != 0;

  g_string_append (markup, "<a href=\"");
  g_string_append (markup, bare ? "https://" : "");
  append_escaped (markup, link, length);
  g_string_append (markup, "\">");
  append_escaped (markup, link, length);
  g_string_append (markup, "</a>");
}

/**
 * moked_message_dup_markup:
 * @body: what somebody wrote
 *
 * Returns: (transfer full): the same as Pango markup, its web addresses as links
 */
char *
moked_message_dup_markup (const char *body)
{
  GString *markup = g_string_new (NULL);
  g_autoptr (GMatchInfo) match = NULL;
  const char *rest = body;

  g_regex_match (get_link_regex (), body, G_REGEX_MATCH_DEFAULT, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *link = g_match_info_fetch (match, 0);
      gsize length = get_link_length (link);
      int start;

      g_match_info_fetch_pos (match, 0, &start, NULL);
      append_escaped (markup, rest, body + start - rest);
      append_link (markup, link, length);
      rest = body + start + length;
    }
  append_escaped (markup, rest, -1);
  return g_string_free (markup, FALSE);
}
