/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "ui/widgets/moked-phone-label.h"

/* A phone number as people here write it. Its digits never turn about inside Hebrew, and it can be
 * selected and copied. */
struct _MokedPhoneLabel
{
  AdwBin    parent_instance;
  char     *phone;
  GtkLabel *label;
};

enum
{
  PROP_0,
  PROP_PHONE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedPhoneLabel, moked_phone_label, ADW_TYPE_BIN)

static void
moked_phone_label_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_PHONE:
      g_value_set_string (value, MOKED_PHONE_LABEL (object)->phone);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_phone_label_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_PHONE:
      moked_phone_label_set_phone (MOKED_PHONE_LABEL (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_phone_label_finalize (GObject *object)
{
  g_free (MOKED_PHONE_LABEL (object)->phone);
  G_OBJECT_CLASS (moked_phone_label_parent_class)->finalize (object);
}

static void
moked_phone_label_class_init (MokedPhoneLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = moked_phone_label_get_property;
  object_class->set_property = moked_phone_label_set_property;
  object_class->finalize = moked_phone_label_finalize;
  properties[PROP_PHONE] = g_param_spec_string ("phone", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
moked_phone_label_init (MokedPhoneLabel *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_selectable (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_focusable (GTK_WIDGET (self->label), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->label));
}

/**
 * moked_phone_label_new:
 * @phone: (nullable): E.164
 *
 * Returns: (transfer floating): a label
 */
GtkWidget *
moked_phone_label_new (const char *phone)
{
  return g_object_new (MOKED_TYPE_PHONE_LABEL, "phone", phone, NULL);
}

/**
 * moked_phone_label_set_phone:
 * @phone: (nullable): E.164
 */
void
moked_phone_label_set_phone (MokedPhoneLabel *self,
                             const char      *phone)
{
  g_autofree char *display = NULL;

  g_return_if_fail (MOKED_IS_PHONE_LABEL (self));

  g_set_str (&self->phone, phone);
  display = moked_phone_dup_display (phone);
  gtk_label_set_text (self->label, display);
}

/**
 * moked_phone_dup_display:
 * @phone: (nullable): E.164
 *
 * Returns: (transfer full): the number for any text of the user interface; empty for none
 */
char *
moked_phone_dup_display (const char *phone)
{
  g_autofree char *formatted = NULL;

  if (phone == NULL || *phone == '\0')
    return g_strdup ("");
  formatted = moked_phone_format (phone);
  return moked_text_isolate_ltr (formatted);
}
