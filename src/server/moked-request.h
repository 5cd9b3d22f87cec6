/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <yyjson.h>

#include "base/moked-form.h"

G_BEGIN_DECLS

typedef struct _MokedRequest MokedRequest;

MokedRequest *moked_request_ref                 (MokedRequest *self);
void          moked_request_unref               (MokedRequest *self);

const char   *moked_request_get_method          (MokedRequest *self);
const char   *moked_request_get_path            (MokedRequest *self);
const char   *moked_request_get_target          (MokedRequest *self);
const char   *moked_request_get_header          (MokedRequest *self,
                                                 const char   *name);
const char   *moked_request_get_param           (MokedRequest *self,
                                                 const char   *name);
const char   *moked_request_get_query           (MokedRequest *self,
                                                 const char   *name);
gint64        moked_request_get_query_int       (MokedRequest *self,
                                                 const char   *name,
                                                 gint64        fallback);
const char   *moked_request_get_remote_address  (MokedRequest *self);
GBytes       *moked_request_get_body            (MokedRequest *self);
MokedForm    *moked_request_get_form            (MokedRequest *self,
                                                 GError      **error);
yyjson_val   *moked_request_get_json            (MokedRequest *self,
                                                 GError      **error);

const char   *moked_request_get_business        (MokedRequest *self);
const char   *moked_request_get_user_id         (MokedRequest *self);
const char   *moked_request_get_device_id       (MokedRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRequest, moked_request_unref)

G_END_DECLS
