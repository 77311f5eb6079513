/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Another format, compressed as a whole. */
record Gzipped(Format plain) implements Format {

  @Override
  public String ending() {
    return plain.ending() + ".gz";
  }

  @Override
  public byte[] encode(List<Column> columns, List<ObjectNode> rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain.encode(columns, rows));
    }
    return bytes.toByteArray();
  }
}
