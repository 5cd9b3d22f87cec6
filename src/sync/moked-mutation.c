/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-mutation.h"

/**
 * MokedMutation:
 *
 * One action of a person that the service has not confirmed, as the list of what waits shows it.
 */
struct _MokedMutation
{
  GObject            parent_instance;
  char              *id;
  char              *label;
  MokedMutationState state;
  char              *code;
  char              *detail;
  gint64             made_at;
};

G_DEFINE_FINAL_TYPE (MokedMutation, moked_mutation, G_TYPE_OBJECT)

static void
moked_mutation_finalize (GObject *object)
{
  MokedMutation *self = MOKED_MUTATION (object);

  g_free (self->id);
  g_free (self->label);
  g_free (self->code);
  g_free (self->detail);
  G_OBJECT_CLASS (moked_mutation_parent_class)->finalize (object);
}

static void
moked_mutation_class_init (MokedMutationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_mutation_finalize;
}

static void
moked_mutation_init (MokedMutation *self)
{
}

MokedMutation *
moked_mutation_new (const char        *id,
                    const char        *label,
                    MokedMutationState state,
                    const char        *code,
                    const char        *detail,
                    gint64             made_at)
{
  MokedMutation *self = g_object_new (MOKED_TYPE_MUTATION, NULL);

  self->id = g_strdup (id);
  self->label = g_strdup (label);
  self->state = state;
  self->code = g_strdup (code);
  self->detail = g_strdup (detail);
  self->made_at = made_at;
  return self;
}

const char *
moked_mutation_get_id (MokedMutation *self)
{
  return self->id;
}

/**
 * moked_mutation_get_label:
 *
 * Returns: what the person did, in the language that the UI had then
 */
const char *
moked_mutation_get_label (MokedMutation *self)
{
  return self->label;
}

MokedMutationState
moked_mutation_get_state (MokedMutation *self)
{
  return self->state;
}

/**
 * moked_mutation_get_code:
 *
 * Returns: (nullable): why it was rejected, for programs; see [func@error_get_code]
 */
const char *
moked_mutation_get_code (MokedMutation *self)
{
  return self->code;
}

/**
 * moked_mutation_get_detail:
 *
 * Returns: (nullable): why it was rejected, in words
 */
const char *
moked_mutation_get_detail (MokedMutation *self)
{
  return self->detail;
}

gint64
moked_mutation_get_made_at (MokedMutation *self)
{
  return self->made_at;
}
