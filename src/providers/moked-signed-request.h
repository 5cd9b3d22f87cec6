/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-form.h"

G_BEGIN_DECLS

typedef struct _MokedSignedRequest MokedSignedRequest;

/**
 * MokedSignedRequest:
 * @url: the configured public address, with path and query; never made from what the client sent
 * @body: the bytes as they arrived
 * @form: (nullable): @body as a form, when it is one
 * @get_header: gives one header's value, or %NULL
 *
 * What a vendor's signature covers.
 */
struct _MokedSignedRequest
{
  const char  *url;
  GBytes      *body;
  MokedForm   *form;
  const char *(*get_header) (gpointer    source,
                             const char *name);
  gpointer     source;
};

G_END_DECLS
