/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-ui-feature.h"

static int
compare_features (gconstpointer a,
                  gconstpointer b)
{
  const MokedUiFeature *one = *(const MokedUiFeature *const *) a;
  const MokedUiFeature *two = *(const MokedUiFeature *const *) b;

  return one->order - two->order;
}

/**
 * moked_ui_features_list_pages:
 *
 * Returns: (transfer container) (element-type MokedUiFeature): the features that have a page, in the
 *   order of the sidebar
 */
GPtrArray *
moked_ui_features_list_pages (void)
{
  GPtrArray *pages = g_ptr_array_new ();

  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->title != NULL)
      g_ptr_array_add (pages, (gpointer) *i);
  g_ptr_array_sort (pages, compare_features);
  return pages;
}

/**
 * moked_ui_dup_plain_label:
 * @label: text, maybe with a mnemonic
 *
 * Returns: (transfer full): the text without the underline
 */
char *
moked_ui_dup_plain_label (const char *label)
{
  GString *plain = g_string_new (NULL);

  for (; *label != '\0'; label++)
    if (*label != '_')
      g_string_append_c (plain, *label);
  return g_string_free_and_steal (plain);
}
