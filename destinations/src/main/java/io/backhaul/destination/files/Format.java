/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** How rows are written into a file. */
interface Format {

  /** The ending of files' names, without a dot. */
  String ending();

  /**
   * The whole file. The same rows always give the same bytes.
   *
   * @param columns all names that occur in the rows, in the file's order
   * @param rows values checked against the columns' types
   */
  byte[] encode(List<Column> columns, List<ObjectNode> rows) throws IOException;

  /** The format of that name, {@code json}, {@code csv} or {@code parquet}. */
  static Format of(String name, boolean gzip) {
    return switch (name) {
      case "json" -> gzip ? new Gzipped(new JsonLines()) : new JsonLines();
      case "csv" -> gzip ? new Gzipped(new Csv()) : new Csv();
      case "parquet" -> new Parquet(gzip);
      default -> throw new IllegalArgumentException("the shape admits no format " + name);
    };
  }
}
