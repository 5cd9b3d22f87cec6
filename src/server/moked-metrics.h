/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MokedMetrics MokedMetrics;

/**
 * MokedMetricsFunc:
 *
 * Writes its figures with the functions below.
 */
typedef void (*MokedMetricsFunc) (GString  *text,
                                  gpointer  data);

MokedMetrics *moked_metrics_new          (void);
void          moked_metrics_free         (MokedMetrics     *self);
void          moked_metrics_add          (MokedMetrics     *self,
                                          MokedMetricsFunc  func,
                                          gpointer          data);
char         *moked_metrics_dup_text     (MokedMetrics     *self);

void          moked_metrics_write_header (GString          *text,
                                          const char       *name,
                                          const char       *type,
                                          const char       *help);
void          moked_metrics_write        (GString          *text,
                                          const char       *name,
                                          const char       *labels,
                                          double            value);

G_END_DECLS
