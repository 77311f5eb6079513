/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** What two mappings must share for their row hashes to be comparable. */
final class Fingerprint {

  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  /** 32 hex digits over the hash version and each field's name, origin and type, in order. */
  static String of(List<FieldMapping> fields, StructType types) {
    Fingerprint print = new Fingerprint();
    print.add("row hash " + RowHash.VERSION);
    for (int i = 0; i < fields.size(); i++) {
      FieldMapping field = fields.get(i);
      print.add(field.field());
      if (field instanceof FieldMapping.FromColumn from) {
        print.add("column");
        print.add(from.column());
      } else if (field instanceof FieldMapping.FromExpression from) {
        print.add("expr");
        print.add(from.expression());
      } else if (field instanceof FieldMapping.Constant constant) {
        print.add("value");
        print.add(String.valueOf(constant.value()));
      } else if (field instanceof FieldMapping.FromLookup from) {
        print.add("lookup");
        print.add(from.lookup().sync());
        print.add(Integer.toString(from.lookup().key().size()));
        for (Lookup.Part part : from.lookup().key()) {
          print.add(part.isExpression() ? "expr" : "column");
          print.add(part.text());
        }
      }
      // catalogString leaves nullability out: a column that became nullable changed no value.
      print.add(types.fields()[i].dataType().catalogString());
    }
    return HexFormat.of().formatHex(print.digest.digest(), 0, 16);
  }

  /** Length first, so that no two lists of texts run together into the same bytes. */
  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }
}
