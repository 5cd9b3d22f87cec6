/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_TAGS_EDITOR (moked_tags_editor_get_type ())
G_DECLARE_FINAL_TYPE (MokedTagsEditor, moked_tags_editor, MOKED, TAGS_EDITOR, AdwBin)

const char *moked_tags_editor_get_tags (MokedTagsEditor *self);
void        moked_tags_editor_set_tags (MokedTagsEditor *self,
                                        const char      *tags);
GtkWidget  *moked_tag_label_new        (const char      *tag);

G_END_DECLS
