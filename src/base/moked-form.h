/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MOKED_FORM_MAX_PAIRS 200

typedef struct _MokedForm MokedForm;

MokedForm  *moked_form_parse       (const char       *data,
                                    gsize             length,
                                    GError          **error);
void        moked_form_free        (MokedForm        *self);
guint       moked_form_get_n_pairs (const MokedForm  *self);
void        moked_form_get_pair    (const MokedForm  *self,
                                    guint             index,
                                    const char      **key,
                                    const char      **value);
const char *moked_form_get         (const MokedForm  *self,
                                    const char       *key);
gboolean    moked_form_has         (const MokedForm  *self,
                                    const char       *key);
guint       moked_form_count       (const MokedForm  *self,
                                    const char       *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedForm, moked_form_free)

G_END_DECLS
