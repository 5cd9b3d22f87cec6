/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/moked-data-dir.h"

G_BEGIN_DECLS

#define MOKED_TYPE_EMBEDDED_SERVICE (moked_embedded_service_get_type ())
G_DECLARE_FINAL_TYPE (MokedEmbeddedService, moked_embedded_service, MOKED, EMBEDDED_SERVICE, GObject)

MokedEmbeddedService *moked_embedded_service_new         (MokedDataDir         *data_dir);
void                  moked_embedded_service_start       (MokedEmbeddedService *self);
void                  moked_embedded_service_stop        (MokedEmbeddedService *self);
const char           *moked_embedded_service_get_address (MokedEmbeddedService *self);
gboolean              moked_embedded_service_get_damaged (MokedEmbeddedService *self);

G_END_DECLS
