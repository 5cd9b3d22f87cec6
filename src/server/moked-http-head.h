/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MOKED_HTTP_MAX_HEAD (16 * 1024)
#define MOKED_HTTP_MAX_FIELDS 64

typedef struct _MokedHttpField MokedHttpField;
typedef struct _MokedHttpHead MokedHttpHead;

struct _MokedHttpField
{
  const char *name;
  const char *value;
};

/**
 * MokedHttpHead:
 * @target: the request's target as it came
 * @path: (owned): the part before `?`, decoded; valid UTF-8 without dot segments and controls
 * @query: (nullable): the part after `?`, as it came
 * @content_length: bytes of body; -1 when the request says nothing of a body
 *
 * The parts of a request's head; all but @path point into the bytes that were parsed.
 */
struct _MokedHttpHead
{
  const char    *method;
  const char    *target;
  char          *path;
  const char    *query;
  gint64         content_length;
  gboolean       keep_alive;
  gboolean       expects_continue;
  guint          n_fields;
  MokedHttpField fields[MOKED_HTTP_MAX_FIELDS];
};

gsize       moked_http_head_find_end (const char          *data,
                                      gsize                length,
                                      gsize               *scanned,
                                      guint               *status);
guint       moked_http_head_parse    (MokedHttpHead       *self,
                                      char                *data,
                                      gsize                length);
void        moked_http_head_clear    (MokedHttpHead       *self);
const char *moked_http_head_get      (const MokedHttpHead *self,
                                      const char          *name);

G_END_DECLS
