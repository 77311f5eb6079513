/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.http.JsonBody;
import java.util.List;

/** One JSON object a line; what a row does not name is not in its object, and null is null. */
record JsonLines() implements Format {

  @Override
  public String ending() {
    return "jsonl";
  }

  @Override
  public byte[] encode(List<Column> columns, List<ObjectNode> rows) {
    StringBuilder lines = new StringBuilder();
    rows.forEach(row -> lines.append(row).append('\n'));
    return JsonBody.utf8(lines);
  }
}
