/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;

/**
 * Writes values in {@link PortableForm} as JSON that says exactly what they are.
 *
 * <ul>
 *   <li>null stays null; numbers are numbers with all their digits, decimals with their scale
 *   <li>dates {@code 2024-02-29}, timestamps {@code 2024-02-29T23:59:59.000001Z} in UTC, timestamps
 *       without zone the same without {@code Z}; years outside 0 to 9999 carry a sign. The calendar
 *       is the proleptic Gregorian one
 *   <li>binary as base64; maps as objects, in the order of their keys
 *   <li>what JSON or Unicode cannot say (NaN, infinity, broken UTF-8) is written as text for people
 *       to read, and reported as a {@link Defect}, so that the row is never sent
 * </ul>
 *
 * <p>One instance writes one text. Not thread-safe.
 */
final class JsonText {

  /** Why a value cannot be sent as it is. */
  enum Defect {
    NOT_FINITE("not_finite", "is NaN or infinite, which JSON cannot say"),
    NOT_UTF8("not_utf8", "is not valid UTF-8 text");

    private final String rule;
    private final String message;

    Defect(String rule, String message) {
      this.rule = rule;
      this.message = message;
    }

    /** As in {@code dead_letters.rule}. */
    String rule() {
      return rule;
    }

    /** What is wrong, without the value. */
    String message() {
      return message;
    }
  }

  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder out = new StringBuilder();
  private final Set<Defect> defects = EnumSet.noneOf(Defect.class);

  /** What was found in the values written since the last call. */
  Set<Defect> takeDefects() {
    if (defects.isEmpty()) {
      return Set.of();
    }
    Set<Defect> taken = EnumSet.copyOf(defects);
    defects.clear();
    return taken;
  }

  /** Adds what was found in a text that stands for a part of this one. */
  void add(Set<Defect> more) {
    defects.addAll(more);
  }

  /** Appends JSON that is already complete. */
  JsonText raw(String json) {
    out.append(json);
    return this;
  }

  /** Appends a value in portable form that Spark holds as {@code type}. */
  JsonText value(Object value, DataType type) {
    if (value == null) {
      out.append("null");
    } else if (type instanceof StructType struct) {
      object((Row) value, struct);
    } else if (type instanceof ArrayType array) {
      array((scala.collection.Seq<?>) value, array.elementType());
    } else if (type instanceof MapType map) {
      map((scala.collection.Seq<?>) value, map);
    } else if ((type instanceof NumericType || type instanceof BooleanType) && isFinite(value)) {
      out.append(value instanceof BigDecimal decimal ? decimal.toPlainString() : value);
    } else {
      string(text(value, type));
    }
    return this;
  }

  /** Appends a JSON string. */
  JsonText string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
    return this;
  }

  /** The plain text of a scalar: what a JSON string of it holds, or the digits of a number. */
  String text(Object value, DataType type) {
    if (type instanceof StringType) {
      return decode((byte[]) value);
    }
    if (type.equals(DataTypes.DateType)) {
      return LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (type.equals(DataTypes.TimestampType)) {
      long micros = (Long) value;
      return timestamp(
              LocalDateTime.ofEpochSecond(
                  Math.floorDiv(micros, 1_000_000L),
                  (int) Math.floorMod(micros, 1_000_000L) * 1_000,
                  ZoneOffset.UTC))
          + "Z";
    }
    if (value instanceof LocalDateTime local) {
      return timestamp(local);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (!isFinite(value)) {
      defects.add(Defect.NOT_FINITE);
    }
    return value.toString();
  }

  private void object(Row row, StructType type) {
    out.append('{');
    StructField[] fields = type.fields();
    for (int i = 0; i < fields.length; i++) {
      separator(i);
      string(fields[i].name());
      out.append(':');
      value(row.get(i), fields[i].dataType());
    }
    out.append('}');
  }

  private void array(scala.collection.Seq<?> elements, DataType type) {
    out.append('[');
    int i = 0;
    for (Iterator<?> all = elements.iterator(); all.hasNext(); i++) {
      separator(i);
      value(all.next(), type);
    }
    out.append(']');
  }

  private void map(scala.collection.Seq<?> entries, MapType type) {
    Map<String, List<Object>> sorted = new TreeMap<>();
    for (Iterator<?> all = entries.iterator(); all.hasNext(); ) {
      Row entry = (Row) all.next();
      sorted
          .computeIfAbsent(text(entry.get(0), type.keyType()), k -> new ArrayList<>(1))
          .add(entry.get(1));
    }
    out.append('{');
    int i = 0;
    for (Map.Entry<String, List<Object>> entry : sorted.entrySet()) {
      for (Object value : entry.getValue()) {
        separator(i++);
        string(entry.getKey());
        out.append(':');
        value(value, type.valueType());
      }
    }
    out.append('}');
  }

  private void separator(int position) {
    if (position > 0) {
      out.append(',');
    }
  }

  private static boolean isFinite(Object value) {
    return !(value instanceof Double || value instanceof Float)
        || Double.isFinite(((Number) value).doubleValue());
  }

  private String decode(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !isUtf8(utf8)) {
      defects.add(Defect.NOT_UTF8);
    }
    return text;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Always six digits of a second, so that texts sort as the times do. */
  private static String timestamp(LocalDateTime at) {
    LocalTime time = at.toLocalTime();
    int micros = time.getNano() / 1_000;
    char[] clock = "T00:00:00.000000".toCharArray();
    digits(clock, 2, time.getHour());
    digits(clock, 5, time.getMinute());
    digits(clock, 8, time.getSecond());
    digits(clock, 15, micros);
    return at.toLocalDate() + new String(clock);
  }

  private static void digits(char[] into, int last, int number) {
    int at = last;
    for (int rest = number; rest > 0; rest /= 10) {
      into[at--] = (char) ('0' + rest % 10);
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
