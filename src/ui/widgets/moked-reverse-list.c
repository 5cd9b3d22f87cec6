/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets/moked-reverse-list.h"

/**
 * MokedReverseList:
 *
 * Another list from its end to its beginning. What is read newest first, so that the newest is there
 * first, is shown with the newest at the bottom.
 */
struct _MokedReverseList
{
  GObject     parent_instance;
  GListModel *model;
  guint       n_items;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedReverseList, moked_reverse_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (MOKED_REVERSE_LIST (model)->model);
}

static guint
get_n_items (GListModel *model)
{
  return MOKED_REVERSE_LIST (model)->n_items;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  MokedReverseList *self = MOKED_REVERSE_LIST (model);

  return position < self->n_items ? g_list_model_get_item (self->model, self->n_items - 1 - position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
on_items_changed (GListModel       *model,
                  guint             position,
                  guint             removed,
                  guint             added,
                  MokedReverseList *self)
{
  guint begin = self->n_items - position - removed;

  self->n_items += added - removed;
  g_list_model_items_changed (G_LIST_MODEL (self), begin, removed, added);
}

static void
moked_reverse_list_finalize (GObject *object)
{
  g_clear_object (&MOKED_REVERSE_LIST (object)->model);
  G_OBJECT_CLASS (moked_reverse_list_parent_class)->finalize (object);
}

static void
moked_reverse_list_class_init (MokedReverseListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_reverse_list_finalize;
}

static void
moked_reverse_list_init (MokedReverseList *self)
{
}

/**
 * moked_reverse_list_new:
 * @model: a list
 *
 * Returns: (transfer full): @model turned round, and following it
 */
MokedReverseList *
moked_reverse_list_new (GListModel *model)
{
  MokedReverseList *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (model), NULL);

  self = g_object_new (MOKED_TYPE_REVERSE_LIST, NULL);
  self->model = g_object_ref (model);
  self->n_items = g_list_model_get_n_items (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_DEFAULT);
  return self;
}
