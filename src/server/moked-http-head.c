/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-http-head.h"

#include <string.h>

/* A strict reader of HTTP/1.x request heads (RFC 9112, RFC 9110). Where the standard lets a recipient
 * repair or guess (bare LF, folded lines, several lengths, absolute targets) this one refuses: two programs
 * that repair differently are what request smuggling lives on. Chunked bodies are refused too; every client
 * of ours, and every vendor that calls us, sends a length. */

#define MAX_METHOD 16
#define MAX_LINE (8 * 1024)
#define MAX_LENGTH_DIGITS 15

enum
{
  TOKEN = 1 << 0,
  TARGET = 1 << 1,
  VALUE = 1 << 2,
  HOST = 1 << 3,
};

static guint8 classes[256];

static void
set_class (const char *characters,
           guint8      bit)
{
  for (const char *c = characters; *c != '\0'; c++)
    classes[(guint8) *c] |= bit;
}

static void
init_classes (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  for (guint c = '0'; c <= 'z'; c++)
    if (g_ascii_isalnum (c))
      classes[c] |= TOKEN | TARGET | HOST;
  set_class ("!#$%&'*+-.^_`|~", TOKEN);
  set_class ("-._~!$&'()*+,;=:@/?%", TARGET);
  set_class ("-._:[]", HOST);
  for (guint c = 0x20; c < 0x100; c++)
    if (c != 0x7f)
      classes[c] |= VALUE;
  classes['\t'] |= VALUE;
  g_once_init_leave (&done, 1);
}

static gboolean
is_all (const char *text,
        guint8      bit)
{
  for (; *text != '\0'; text++)
    if (!(classes[(guint8) *text] & bit))
      return FALSE;
  return TRUE;
}

/**
 * moked_http_head_find_end:
 * @data: what has arrived so far
 * @scanned: how much of it was looked at before; 0 at first
 * @status: (out): set to an HTTP status when this can never become a head
 *
 * Finds the empty line. Line ends other than CR LF are refused as soon as they are seen, so that such a
 * client is not left to wait for the deadline.
 *
 * Returns: the head's length with its empty line, 0 when it is not complete yet
 */
gsize
moked_http_head_find_end (const char *data,
                          gsize       length,
                          gsize      *scanned,
                          guint      *status)
{
  gsize at = *scanned;
  const char *feed;

  while (at < length && (feed = memchr (data + at, '\n', length - at)) != NULL)
    {
      at = feed - data + 1;
      if (at < 3 || data[at - 2] != '\r')
        {
          *status = 400;
          return 0;
        }
      if (data[at - 3] == '\n')
        {
          *status = at > MOKED_HTTP_MAX_HEAD ? 431 : 0;
          return at;
        }
    }
  *scanned = length;
  if (length > MOKED_HTTP_MAX_HEAD)
    *status = memchr (data, '\n', length) == NULL ? 414 : 431;
  return 0;
}

static int
hex_pair (const char *text)
{
  int high = g_ascii_xdigit_value (text[0]);
  int low = high < 0 ? -1 : g_ascii_xdigit_value (text[1]);

  return low < 0 ? -1 : high << 4 | low;
}

static gboolean
has_dot_segment (const char *path)
{
  for (const char *part = path; part != NULL; part = strchr (part, '/'))
    {
      part += *part == '/';
      if (part[0] == '.' && (part[1] == '/' || part[1] == '\0' ||
                             (part[1] == '.' && (part[2] == '/' || part[2] == ';' || part[2] == '\0'))))
        return TRUE;
    }
  return FALSE;
}

/* Escapes are decoded once; what would mean something else to a second reader is refused. */
static char *
decode_path (const char *raw,
             gsize       length)
{
  g_autofree char *path = g_malloc (length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      int c = (guint8) raw[i];

      if (c == '%')
        {
          c = hex_pair (raw + i + 1);
          i += 2;
          if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '%')
            return NULL;
        }
      path[n++] = (char) c;
    }
  path[n] = '\0';
  if (!g_utf8_validate (path, n, NULL) || has_dot_segment (path) || strstr (path, "//") != NULL)
    return NULL;
  return g_steal_pointer (&path);
}

static guint
parse_target (MokedHttpHead *self,
              const char    *target)
{
  const char *mark = strchr (target, '?');
  gsize length = mark != NULL ? (gsize) (mark - target) : strlen (target);

  if (target[0] != '/' || !is_all (target, TARGET))
    return 400;
  for (const char *escape = strchr (target, '%'); escape != NULL; escape = strchr (escape + 1, '%'))
    if (hex_pair (escape + 1) < 0)
      return 400;
  self->target = target;
  self->query = mark != NULL ? mark + 1 : NULL;
  self->path = decode_path (target, length);
  return self->path != NULL ? 0 : 400;
}

static guint
parse_version (MokedHttpHead *self,
               const char    *version)
{
  if (strcmp (version, "HTTP/1.1") == 0 || strcmp (version, "HTTP/1.0") == 0)
    {
      self->keep_alive = version[7] == '1';
      return 0;
    }
  if (strlen (version) == 8 && g_str_has_prefix (version, "HTTP/") && g_ascii_isdigit (version[5]) &&
      version[6] == '.' && g_ascii_isdigit (version[7]))
    return 505;
  return 400;
}

static guint
parse_start_line (MokedHttpHead *self,
                  char          *line)
{
  char *first = strchr (line, ' ');
  char *second = first != NULL ? strchr (first + 1, ' ') : NULL;
  guint status;

  if (strlen (line) > MAX_LINE)
    return 414;
  if (second == NULL || first == line || strchr (second + 1, ' ') != NULL)
    return 400;
  *first = *second = '\0';
  if (!is_all (line, TOKEN))
    return 400;
  if (first - line > MAX_METHOD)
    return 501;
  self->method = line;
  if ((status = parse_version (self, second + 1)) != 0)
    return status;
  return parse_target (self, first + 1);
}

static guint
parse_field (MokedHttpHead *self,
             char          *line)
{
  char *colon = strchr (line, ':');
  char *value, *end;

  if (colon == NULL || colon == line)
    return 400;
  *colon = '\0';
  for (value = colon + 1; *value == ' ' || *value == '\t'; value++)
    ;
  for (end = value + strlen (value); end > value && (end[-1] == ' ' || end[-1] == '\t'); end--)
    ;
  *end = '\0';
  if (!is_all (line, TOKEN) || !is_all (value, VALUE))
    return 400;
  if (self->n_fields == MOKED_HTTP_MAX_FIELDS)
    return 431;
  self->fields[self->n_fields++] = (MokedHttpField) { line, value };
  return 0;
}

/* One pass over the fields for all that frames the message or must not be there twice. */
typedef struct
{
  const char *host;
  const char *length;
  const char *coding;
  const char *connection;
  const char *expect;
  const char *authorization;
  const char *type;
  const char *signature;
} Singles;

static gboolean
collect_singles (const MokedHttpHead *self,
                 Singles             *singles)
{
  const struct
  {
    const char  *name;
    const char **value;
  } known[] = {
    { "host", &singles->host },
    { "content-length", &singles->length },
    { "transfer-encoding", &singles->coding },
    { "connection", &singles->connection },
    { "expect", &singles->expect },
    { "authorization", &singles->authorization },
    { "content-type", &singles->type },
    { "x-twilio-signature", &singles->signature },
  };

  for (guint i = 0; i < self->n_fields; i++)
    for (guint k = 0; k < G_N_ELEMENTS (known); k++)
      if ((self->fields[i].name[0] | 0x20) == known[k].name[0] &&
          g_ascii_strcasecmp (self->fields[i].name, known[k].name) == 0)
        {
          if (*known[k].value != NULL)
            return FALSE;
          *known[k].value = self->fields[i].value;
        }
  return TRUE;
}

static gboolean
is_host (const char *host)
{
  const char *port;

  if (host == NULL || *host == '\0' || !is_all (host, HOST))
    return FALSE;
  port = host[0] == '[' ? strchr (host, ']') : strchr (host, ':');
  if (host[0] == '[')
    port = port == NULL ? host : port + 1;
  if (port == NULL || *port == '\0')
    return TRUE;
  return *port == ':' && strlen (port) <= 6 && strspn (port + 1, "0123456789") == strlen (port + 1) &&
         atoi (port + 1) <= G_MAXUINT16;
}

static guint
parse_length (MokedHttpHead *self,
              const char    *length,
              const char    *coding)
{
  self->content_length = -1;
  if (coding != NULL)
    return length == NULL && self->keep_alive && g_ascii_strcasecmp (coding, "chunked") == 0 ? 411 : 400;
  if (length == NULL)
    return 0;
  if (*length == '\0' || length[strspn (length, "0123456789")] != '\0')
    return 400;
  if (strlen (length) > MAX_LENGTH_DIGITS)
    return 413;
  self->content_length = g_ascii_strtoll (length, NULL, 10);
  return 0;
}

static gboolean
list_contains (const char *list,
               const char *word)
{
  gsize length = strlen (word);

  for (const char *at = list; at != NULL && *at != '\0'; at = strchr (at, ','))
    {
      at += strspn (at, ", \t");
      if (g_ascii_strncasecmp (at, word, length) == 0 && (at[length] == '\0' || strchr (", \t", at[length])))
        return TRUE;
    }
  return FALSE;
}

static guint
apply_singles (MokedHttpHead *self)
{
  Singles singles = { NULL };
  guint status;

  if (!collect_singles (self, &singles) || !is_host (singles.host))
    return 400;
  if ((status = parse_length (self, singles.length, singles.coding)) != 0)
    return status;
  if (singles.connection != NULL && list_contains (singles.connection, "close"))
    self->keep_alive = FALSE;
  if (singles.expect == NULL)
    return 0;
  if (g_ascii_strcasecmp (singles.expect, "100-continue") != 0)
    return 417;
  self->expects_continue = self->keep_alive && self->content_length > 0;
  return 0;
}

static char *
next_line (char      **cursor,
           const char *limit)
{
  char *line = *cursor;
  char *end = memchr (line, '\r', limit - line);

  /* A CR that no LF follows is not a line's end. */
  if (end == NULL || end + 1 == limit || end[1] != '\n')
    return NULL;
  *end = '\0';
  *cursor = end + 2;
  return line;
}

/**
 * moked_http_head_parse:
 * @self: to fill in; clear it afterwards in any case
 * @data: (array length=length): one head as moked_http_head_find_end() found it; it is cut into
 *   strings in place
 * @length: bytes of @data
 *
 * Returns: 0, or the HTTP status that refuses the request; the connection must then be closed
 */
guint
moked_http_head_parse (MokedHttpHead *self,
                       char          *data,
                       gsize          length)
{
  char *cursor = data;
  char *line;
  guint status;

  init_classes ();
  self->path = NULL;
  self->n_fields = 0;
  self->expects_continue = FALSE;
  if (memchr (data, '\0', length) != NULL)
    return 400;
  if ((line = next_line (&cursor, data + length)) == NULL)
    return 400;
  if ((status = parse_start_line (self, line)) != 0)
    return status;
  /* The last two bytes are the empty line's CR LF. */
  while (cursor < data + length - 2)
    {
      if ((line = next_line (&cursor, data + length)) == NULL)
        return 400;
      if ((status = parse_field (self, line)) != 0)
        return status;
    }
  return apply_singles (self);
}

void
moked_http_head_clear (MokedHttpHead *self)
{
  g_clear_pointer (&self->path, g_free);
}

/**
 * moked_http_head_get:
 * @name: a field's name, in any case
 *
 * Returns: (nullable): the value of the first such field
 */
const char *
moked_http_head_get (const MokedHttpHead *self,
                     const char          *name)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (g_ascii_strcasecmp (self->fields[i].name, name) == 0)
      return self->fields[i].value;
  return NULL;
}
