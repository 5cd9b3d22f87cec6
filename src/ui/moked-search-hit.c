/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-search-hit.h"

struct _MokedSearchHit
{
  GObject parent_instance;
  char   *entity;
  char   *id;
  char   *title;
  char   *subtitle;
  char   *icon_name;
};

G_DEFINE_FINAL_TYPE (MokedSearchHit, moked_search_hit, G_TYPE_OBJECT)

static void
moked_search_hit_finalize (GObject *object)
{
  MokedSearchHit *self = MOKED_SEARCH_HIT (object);

  g_free (self->entity);
  g_free (self->id);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->icon_name);
  G_OBJECT_CLASS (moked_search_hit_parent_class)->finalize (object);
}

static void
moked_search_hit_class_init (MokedSearchHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_search_hit_finalize;
}

static void
moked_search_hit_init (MokedSearchHit *self)
{
}

/**
 * moked_search_hit_new:
 * @entity: what kind of record, as [method@UiContext.open] takes it
 * @id: which one
 * @title: its name, as it stands
 * @subtitle: (nullable): what tells it from others of the same name
 * @icon_name: (nullable): symbolic icon
 *
 * One record that quick search found.
 *
 * Returns: (transfer full): the hit
 */
MokedSearchHit *
moked_search_hit_new (const char *entity,
                      const char *id,
                      const char *title,
                      const char *subtitle,
                      const char *icon_name)
{
  MokedSearchHit *self;

  g_return_val_if_fail (entity != NULL && id != NULL, NULL);

  self = g_object_new (MOKED_TYPE_SEARCH_HIT, NULL);
  self->entity = g_strdup (entity);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle);
  self->icon_name = g_strdup (icon_name);
  return self;
}

/**
 * moked_search_hit_get_entity:
 *
 * Returns: (transfer none): the kind of record
 */
const char *
moked_search_hit_get_entity (MokedSearchHit *self)
{
  g_return_val_if_fail (MOKED_IS_SEARCH_HIT (self), NULL);

  return self->entity;
}

/**
 * moked_search_hit_get_id:
 *
 * Returns: (transfer none): the record's id
 */
const char *
moked_search_hit_get_id (MokedSearchHit *self)
{
  g_return_val_if_fail (MOKED_IS_SEARCH_HIT (self), NULL);

  return self->id;
}

/**
 * moked_search_hit_get_title:
 *
 * Returns: (transfer none) (nullable): the record's name
 */
const char *
moked_search_hit_get_title (MokedSearchHit *self)
{
  g_return_val_if_fail (MOKED_IS_SEARCH_HIT (self), NULL);

  return self->title;
}

/**
 * moked_search_hit_get_subtitle:
 *
 * Returns: (transfer none) (nullable): what tells it from others
 */
const char *
moked_search_hit_get_subtitle (MokedSearchHit *self)
{
  g_return_val_if_fail (MOKED_IS_SEARCH_HIT (self), NULL);

  return self->subtitle;
}

/**
 * moked_search_hit_get_icon_name:
 *
 * Returns: (transfer none) (nullable): symbolic icon
 */
const char *
moked_search_hit_get_icon_name (MokedSearchHit *self)
{
  g_return_val_if_fail (MOKED_IS_SEARCH_HIT (self), NULL);

  return self->icon_name;
}
