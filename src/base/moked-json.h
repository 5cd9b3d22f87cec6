/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <yyjson.h>

G_BEGIN_DECLS

#define MOKED_JSON_MAX_DEPTH 32

yyjson_doc *moked_json_parse               (const char  *data,
                                            gssize       length,
                                            gsize        max_depth,
                                            GError     **error);
gboolean    moked_json_get_string          (yyjson_val  *object,
                                            const char  *key,
                                            gsize        max_length,
                                            const char **out,
                                            GError     **error);
gboolean    moked_json_get_optional_string (yyjson_val  *object,
                                            const char  *key,
                                            gsize        max_length,
                                            const char **out,
                                            GError     **error);
gboolean    moked_json_get_int             (yyjson_val  *object,
                                            const char  *key,
                                            gint64      *out,
                                            GError     **error);
gboolean    moked_json_get_optional_int    (yyjson_val  *object,
                                            const char  *key,
                                            gint64       fallback,
                                            gint64      *out,
                                            GError     **error);
gboolean    moked_json_get_bool            (yyjson_val  *object,
                                            const char  *key,
                                            gboolean    *out,
                                            GError     **error);
gboolean    moked_json_get_optional_bool   (yyjson_val  *object,
                                            const char  *key,
                                            gboolean     fallback,
                                            gboolean    *out,
                                            GError     **error);
gboolean    moked_json_get_object          (yyjson_val  *object,
                                            const char  *key,
                                            yyjson_val **out,
                                            GError     **error);
gboolean    moked_json_get_optional_object (yyjson_val  *object,
                                            const char  *key,
                                            yyjson_val **out,
                                            GError     **error);
gboolean    moked_json_get_array           (yyjson_val  *object,
                                            const char  *key,
                                            yyjson_val **out,
                                            GError     **error);
gboolean    moked_json_get_optional_array  (yyjson_val  *object,
                                            const char  *key,
                                            yyjson_val **out,
                                            GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_doc, yyjson_doc_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_mut_doc, yyjson_mut_doc_free)

G_END_DECLS
