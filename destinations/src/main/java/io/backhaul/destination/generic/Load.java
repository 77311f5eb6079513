/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.http.HttpCall;
import java.util.List;

/**
 * What one call carries.
 *
 * @param rows in the order of the request
 * @param scope the variables it was worded with
 */
record Load(HttpCall call, List<Row> rows, Scope scope) {

  Load {
    rows = List.copyOf(rows);
  }
}
