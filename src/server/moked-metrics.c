/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-metrics.h"

/* Prometheus' text format, version 0.0.4. Everybody who has figures adds a function that writes them when
 * somebody looks, so counting costs an addition. */
struct _MokedMetrics
{
  GArray *sources;
};

typedef struct
{
  MokedMetricsFunc func;
  gpointer         data;
} Source;

MokedMetrics *
moked_metrics_new (void)
{
  MokedMetrics *self = g_new0 (MokedMetrics, 1);

  self->sources = g_array_new (FALSE, FALSE, sizeof (Source));
  return self;
}

void
moked_metrics_free (MokedMetrics *self)
{
  g_array_unref (self->sources);
  g_free (self);
}

/**
 * moked_metrics_add:
 * @func: writes figures
 * @data: for @func; outlives the metrics
 */
void
moked_metrics_add (MokedMetrics    *self,
                   MokedMetricsFunc func,
                   gpointer         data)
{
  Source source = { func, data };

  g_array_append_val (self->sources, source);
}

/**
 * moked_metrics_dup_text:
 *
 * Returns: (transfer full): all figures
 */
char *
moked_metrics_dup_text (MokedMetrics *self)
{
  GString *text = g_string_sized_new (4096);

  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = &g_array_index (self->sources, Source, i);

      source->func (text, source->data);
    }
  return g_string_free (text, FALSE);
}

/**
 * moked_metrics_write_header:
 * @name: the figure
 * @type: `counter`, `gauge` or `histogram`
 * @help: one line
 */
void
moked_metrics_write_header (GString    *text,
                            const char *name,
                            const char *type,
                            const char *help)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/**
 * moked_metrics_write:
 * @name: the figure
 * @labels: (nullable): such as `route="/healthz",status="200"`
 */
void
moked_metrics_write (GString    *text,
                     const char *name,
                     const char *labels,
                     double      value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.15g", value);
  if (labels != NULL)
    g_string_append_printf (text, "%s{%s} %s\n", name, labels, number);
  else
    g_string_append_printf (text, "%s %s\n", name, number);
}
