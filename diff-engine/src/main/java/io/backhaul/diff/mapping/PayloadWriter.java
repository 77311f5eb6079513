/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.validation.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Turns a key and a mapped row, both in {@link PortableForm}, into what the outbox holds of them:
 * the key's JSON, the fields' JSON with pseudonyms for personal fields, the same with personal
 * values sealed one by one where people are to read them again, the clear JSON sealed, and what
 * cannot be said in JSON. One pass over the values; runs on executors.
 */
final class PayloadWriter implements UDF2<Row, Row, Row> {

  private static final long serialVersionUID = 1L;

  /** What one call returns. */
  static final StructType RESULT =
      new StructType()
          .add("key", DataTypes.StringType, false)
          .add("fields", DataTypes.StringType)
          .add("kept", DataTypes.StringType)
          .add("sealed", DataTypes.BinaryType)
          .add("defects", DataTypes.createArrayType(Validation.FAILURE, false), false);

  private final StructType key;
  private final StructType fields;
  private final Set<String> pii;
  private final Masking masking;

  /**
   * Writes rows of one mapping.
   *
   * @param masking may be {@code null} where {@code pii} is empty
   */
  PayloadWriter(StructType key, StructType fields, Set<String> pii, Masking masking) {
    if (!pii.isEmpty() && masking == null) {
      throw new IllegalArgumentException("a mapping with personal fields needs masking keys");
    }
    this.key = key;
    this.fields = fields;
    this.pii = pii;
    this.masking = masking;
  }

  @Override
  public Row call(Row keyRow, Row mapped) {
    List<Row> defects = new ArrayList<>(0);
    String keyJson = write(keyRow, key, Set.of(), null, defects);
    if (mapped == null) {
      return RowFactory.create(keyJson, null, null, null, defects.toArray());
    }
    String json = write(mapped, fields, pii, this::pseudonym, defects);
    List<Row> known = new ArrayList<>(0);
    String kept =
        pii.isEmpty() || masking.fieldSeal().isEmpty()
            ? null
            : write(mapped, fields, pii, sealing(keyJson, masking.fieldSeal().get()), known);
    byte[] sealed =
        pii.isEmpty() ? null : masking.seal(write(mapped, fields, Set.of(), null, known));
    return RowFactory.create(keyJson, json, kept, sealed, defects.toArray());
  }

  /** What stands for a personal value that is not null. */
  @FunctionalInterface
  private interface Mask {
    String of(JsonText json, StructField field, Object value);
  }

  private String write(Row row, StructType type, Set<String> masked, Mask mask, List<Row> defects) {
    JsonText json = new JsonText().raw("{");
    StructField[] all = type.fields();
    for (int i = 0; i < all.length; i++) {
      String name = all[i].name();
      Object value = row.get(i);
      json.raw(i == 0 ? "" : ",").string(name).raw(":");
      if (value != null && masked.contains(name)) {
        json.string(mask.of(json, all[i], value));
      } else {
        json.value(value, all[i].dataType());
      }
      for (JsonText.Defect defect : json.takeDefects()) {
        defects.add(RowFactory.create(name, defect.rule(), defect.message()));
      }
    }
    return json.raw("}").toString();
  }

  private String pseudonym(JsonText json, StructField field, Object value) {
    DataType type = field.dataType();
    if (type instanceof StringType) {
      return masking.pseudonym(json.text(value, type));
    }
    JsonText clear = new JsonText().value(value, type);
    json.add(clear.takeDefects());
    return masking.pseudonym(clear.toString());
  }

  private static Mask sealing(String record, FieldSeal seal) {
    return (json, field, value) ->
        seal.seal(record, field.name(), new JsonText().value(value, field.dataType()).toString());
  }
}
