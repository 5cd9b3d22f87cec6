/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MOKED_TYPE_SEARCH_HIT (moked_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (MokedSearchHit, moked_search_hit, MOKED, SEARCH_HIT, GObject)

MokedSearchHit *moked_search_hit_new           (const char     *entity,
                                                const char     *id,
                                                const char     *title,
                                                const char     *subtitle,
                                                const char     *icon_name);
const char     *moked_search_hit_get_entity    (MokedSearchHit *self);
const char     *moked_search_hit_get_id        (MokedSearchHit *self);
const char     *moked_search_hit_get_title     (MokedSearchHit *self);
const char     *moked_search_hit_get_subtitle  (MokedSearchHit *self);
const char     *moked_search_hit_get_icon_name (MokedSearchHit *self);

G_END_DECLS
