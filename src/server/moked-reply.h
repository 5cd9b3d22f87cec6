/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <yyjson.h>

G_BEGIN_DECLS

typedef struct _MokedReply MokedReply;

MokedReply *moked_reply_new          (guint           status);
MokedReply *moked_reply_new_bytes    (const char     *content_type,
                                      GBytes         *body);
MokedReply *moked_reply_new_text     (const char     *content_type,
                                      const char     *text);
MokedReply *moked_reply_new_json     (yyjson_mut_doc *doc);
MokedReply *moked_reply_new_xml      (const char     *xml);
MokedReply *moked_reply_new_problem  (const GError   *error);
void        moked_reply_free         (MokedReply     *self);
void        moked_reply_set_status   (MokedReply     *self,
                                      guint           status);
void        moked_reply_set_header   (MokedReply     *self,
                                      const char     *name,
                                      const char     *value);
guint       moked_reply_get_status   (MokedReply     *self);
GBytes     *moked_reply_get_body     (MokedReply     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedReply, moked_reply_free)

G_END_DECLS
