/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.List;

/**
 * What a destination field is made of.
 *
 * @param field the destination field
 * @param columns of the source, in its order; a field of a struct counts as its column; none of a
 *     constant
 * @param copied whether it takes a column as it is
 * @param hidden whether nothing of the columns can be read from it: only a hash or mask of them
 *     goes in
 */
public record FieldOrigin(String field, List<String> columns, boolean copied, boolean hidden) {

  public FieldOrigin {
    columns = List.copyOf(columns);
  }
}
