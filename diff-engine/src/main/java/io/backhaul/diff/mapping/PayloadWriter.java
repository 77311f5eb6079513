/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.validation.Validation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Turns a key and a mapped row, as Spark holds them, into what the outbox holds of them: the key's
 * JSON, the fields' JSON with pseudonyms for personal fields, the same with personal values sealed
 * one by one where people are to read them again, the clear JSON sealed, and what cannot be said in
 * JSON. One pass over the values; runs on executors, an instance a task.
 */
public final class PayloadWriter implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What one call returns. */
  static final StructType RESULT =
      new StructType()
          .add("key", DataTypes.StringType, false)
          .add("fields", DataTypes.StringType)
          .add("kept", DataTypes.StringType)
          .add("sealed", DataTypes.BinaryType)
          .add("defects", DataTypes.createArrayType(Validation.FAILURE, false), false);

  private static final Object[] NO_DEFECTS = {};
  private static final int SPARE_BYTES = 32;

  private final StructType key;
  private final StructType fields;
  private final Set<String> pii;
  private final Masking masking;
  private transient Part[] keyParts;
  private transient Part[] fieldParts;
  private int longest;

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

  /** A field, with what need not be worked out for each row. */
  private static final class Part {
    private final StructField field;
    private final byte[] name;
    private final JsonForm form;
    private final boolean personal;

    private Part(StructField field, boolean personal) {
      this.field = field;
      this.name = JsonForm.name(field.name());
      this.form = JsonForm.of(field.dataType());
      this.personal = personal;
    }

    private static Part[] of(StructType type, Set<String> pii) {
      return Arrays.stream(type.fields())
          .map(field -> new Part(field, pii.contains(field.name())))
          .toArray(Part[]::new);
    }
  }

  /**
   * Writes one row. Called by code that Spark generates.
   *
   * @param mapped {@code null} for a row that is only a key
   * @return a row of {@link #RESULT}
   */
  public InternalRow write(InternalRow keyRow, InternalRow mapped) {
    if (keyParts == null) {
      keyParts = Part.of(key, Set.of());
      fieldParts = Part.of(fields, pii);
    }
    List<InternalRow> defects = new ArrayList<>(0);
    UTF8String keyJson = write(keyRow, keyParts, null, defects).toUtf8();
    if (mapped == null) {
      return result(keyJson, null, null, null, defects);
    }
    if (pii.isEmpty()) {
      return result(
          keyJson, write(mapped, fieldParts, null, defects).toUtf8(), null, null, defects);
    }
    UTF8String json = write(mapped, fieldParts, this::pseudonym, defects).toUtf8();
    List<InternalRow> known = new ArrayList<>(0);
    UTF8String kept =
        masking.fieldSeal().isEmpty()
            ? null
            : write(
                    mapped,
                    fieldParts,
                    sealing(keyJson.toString(), masking.fieldSeal().get()),
                    known)
                .toUtf8();
    byte[] sealed = masking.seal(write(mapped, fieldParts, null, known).toString());
    return result(keyJson, json, kept, sealed, defects);
  }

  private static InternalRow result(
      UTF8String key,
      UTF8String fields,
      UTF8String kept,
      byte[] sealed,
      List<InternalRow> defects) {
    Object[] all = defects.isEmpty() ? NO_DEFECTS : defects.toArray();
    return new GenericInternalRow(
        new Object[] {key, fields, kept, sealed, new GenericArrayData(all)});
  }

  /** What stands for a personal value that is not null. */
  @FunctionalInterface
  private interface Mask {
    String of(JsonText json, Part part, InternalRow row, int at);
  }

  private JsonText write(InternalRow row, Part[] parts, Mask mask, List<InternalRow> defects) {
    JsonText json = new JsonText(longest);
    json.raw('{');
    for (int i = 0; i < parts.length; i++) {
      Part part = parts[i];
      if (i > 0) {
        json.raw(',');
      }
      json.raw(part.name);
      if (mask != null && part.personal && !row.isNullAt(i)) {
        json.string(mask.of(json, part, row, i));
      } else {
        part.form.writeOrNull(json, row, i);
      }
      for (JsonText.Defect defect : json.takeDefects()) {
        defects.add(
            new GenericInternalRow(
                new Object[] {
                  UTF8String.fromString(part.field.name()),
                  UTF8String.fromString(defect.rule()),
                  UTF8String.fromString(defect.message())
                }));
      }
    }
    json.raw('}');
    longest = Math.max(longest, Math.min(json.length() + SPARE_BYTES, 1 << 16));
    return json;
  }

  private String pseudonym(JsonText json, Part part, InternalRow row, int at) {
    if (part.field.dataType() instanceof StringType) {
      return masking.pseudonym(json.decoded(row.getUTF8String(at)));
    }
    JsonText clear = new JsonText();
    part.form.write(clear, row, at);
    json.add(clear.takeDefects());
    return masking.pseudonym(clear.toString());
  }

  /** Plans are printed: nothing of the keys. */
  @Override
  public String toString() {
    return "PayloadWriter";
  }

  private static Mask sealing(String record, FieldSeal seal) {
    return (json, part, row, at) -> {
      JsonText clear = new JsonText();
      part.form.write(clear, row, at);
      return seal.seal(record, part.field.name(), clear.toString());
    };
  }
}
