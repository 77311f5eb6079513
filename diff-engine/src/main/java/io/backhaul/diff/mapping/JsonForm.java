/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * How values of one type are written in JSON, so that it says exactly what they are. They are taken
 * as Spark holds them and never pass through {@code java.sql} types, which know the JVM's zone and
 * the Julian calendar.
 *
 * <ul>
 *   <li>null stays null; numbers are numbers with all their digits, decimals with their scale
 *   <li>dates {@code 2024-02-29}, timestamps {@code 2024-02-29T23:59:59.000001Z} in UTC, timestamps
 *       without zone the same without {@code Z}; years outside 0 to 9999 carry a sign. The calendar
 *       is the proleptic Gregorian one
 *   <li>binary as base64; maps as objects, in the order of their keys
 *   <li>what JSON or Unicode cannot say (NaN, infinity, broken UTF-8) is written as text for people
 *       to read, and reported as a {@link JsonText.Defect}, so that the row is never sent
 * </ul>
 */
@FunctionalInterface
interface JsonForm {

  /** Appends a value that is not null. */
  void write(JsonText out, SpecializedGetters in, int at);

  /** Appends a value, or null. */
  default void writeOrNull(JsonText out, SpecializedGetters in, int at) {
    if (in.isNullAt(at)) {
      out.raw("null");
    } else {
      write(out, in, at);
    }
  }

  /**
   * The form of a type.
   *
   * @throws IllegalArgumentException if {@link JsonTypes} has none
   */
  static JsonForm of(DataType type) {
    if (type instanceof StringType) {
      return (out, in, at) -> out.string(in.getUTF8String(at));
    }
    if (type instanceof LongType) {
      return (out, in, at) -> out.number(in.getLong(at));
    }
    if (type instanceof IntegerType) {
      return (out, in, at) -> out.number(in.getInt(at));
    }
    if (type instanceof ShortType) {
      return (out, in, at) -> out.number(in.getShort(at));
    }
    if (type instanceof ByteType) {
      return (out, in, at) -> out.number(in.getByte(at));
    }
    if (type instanceof BooleanType) {
      return (out, in, at) -> out.raw(in.getBoolean(at) ? "true" : "false");
    }
    if (type instanceof DoubleType) {
      return (out, in, at) -> finite(out, in.getDouble(at), Double.toString(in.getDouble(at)));
    }
    if (type instanceof FloatType) {
      return (out, in, at) -> finite(out, in.getFloat(at), Float.toString(in.getFloat(at)));
    }
    if (type instanceof DecimalType decimal) {
      return (out, in, at) ->
          decimal(out, in.getDecimal(at, decimal.precision(), decimal.scale()), decimal);
    }
    if (type instanceof DateType) {
      return (out, in, at) -> JsonTimes.date(out.raw('"'), in.getInt(at)).raw('"');
    }
    if (type instanceof TimestampType) {
      return (out, in, at) -> JsonTimes.timestamp(out.raw('"'), in.getLong(at)).raw("Z\"");
    }
    if (type instanceof TimestampNTZType) {
      return (out, in, at) -> JsonTimes.timestamp(out.raw('"'), in.getLong(at)).raw('"');
    }
    if (type instanceof BinaryType) {
      return (out, in, at) ->
          out.raw('"').raw(Base64.getEncoder().encode(in.getBinary(at))).raw('"');
    }
    if (type instanceof NullType) {
      return (out, in, at) -> out.raw("null");
    }
    if (type instanceof StructType struct) {
      return object(struct);
    }
    if (type instanceof ArrayType array) {
      JsonForm element = of(array.elementType());
      return (out, in, at) -> elements(out, in.getArray(at), element);
    }
    if (type instanceof MapType map) {
      JsonForm value = of(map.valueType());
      return (out, in, at) -> entries(out, in.getMap(at), map.keyType(), value);
    }
    throw new IllegalArgumentException(type.sql() + " has no form in JSON");
  }

  /** The plain text of a scalar: what a JSON string of it holds, or the digits of a number. */
  static String text(JsonText defects, DataType type, SpecializedGetters in, int at) {
    if (type instanceof StringType) {
      return defects.decoded(in.getUTF8String(at));
    }
    JsonText json = new JsonText();
    of(type).write(json, in, at);
    defects.add(json.takeDefects());
    String text = json.toString();
    return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
  }

  /** A name and its colon, as they stand in every object. */
  static byte[] name(String name) {
    return new JsonText().string(name).raw(':').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void finite(JsonText out, double value, String text) {
    if (Double.isFinite(value)) {
      out.raw(text);
    } else {
      out.string(text).add(Set.of(JsonText.Defect.NOT_FINITE));
    }
  }

  private static void decimal(JsonText out, Decimal value, DecimalType type) {
    int scale = type.scale();
    if (scale < 0 || type.precision() > Decimal.MAX_LONG_DIGITS()) {
      out.raw(value.toJavaBigDecimal().toPlainString());
      return;
    }
    long unscaled = value.toUnscaledLong();
    if (unscaled < 0) {
      out.raw('-');
    }
    long power = 1;
    for (int i = 0; i < scale; i++) {
      power *= 10;
    }
    out.number(Math.abs(unscaled / power));
    if (scale > 0) {
      out.raw('.').digits(Math.abs(unscaled % power), scale);
    }
  }

  private static JsonForm object(StructType type) {
    StructField[] fields = type.fields();
    byte[][] names = new byte[fields.length][];
    JsonForm[] forms = new JsonForm[fields.length];
    for (int i = 0; i < fields.length; i++) {
      names[i] = name(fields[i].name());
      forms[i] = of(fields[i].dataType());
    }
    return (out, in, at) -> {
      SpecializedGetters row = in.getStruct(at, fields.length);
      out.raw('{');
      for (int i = 0; i < names.length; i++) {
        separator(out, i);
        out.raw(names[i]);
        forms[i].writeOrNull(out, row, i);
      }
      out.raw('}');
    };
  }

  private static void elements(JsonText out, ArrayData elements, JsonForm element) {
    out.raw('[');
    for (int i = 0; i < elements.numElements(); i++) {
      separator(out, i);
      element.writeOrNull(out, elements, i);
    }
    out.raw(']');
  }

  private static void entries(JsonText out, MapData map, DataType keyType, JsonForm value) {
    Map<String, List<Integer>> sorted = new TreeMap<>();
    for (int i = 0; i < map.numElements(); i++) {
      sorted
          .computeIfAbsent(text(out, keyType, map.keyArray(), i), key -> new ArrayList<>(1))
          .add(i);
    }
    out.raw('{');
    int written = 0;
    for (Map.Entry<String, List<Integer>> entry : sorted.entrySet()) {
      for (int i : entry.getValue()) {
        separator(out, written++);
        out.string(entry.getKey()).raw(':');
        value.writeOrNull(out, map.valueArray(), i);
      }
    }
    out.raw('}');
  }

  private static void separator(JsonText out, int position) {
    if (position > 0) {
      out.raw(',');
    }
  }
}
