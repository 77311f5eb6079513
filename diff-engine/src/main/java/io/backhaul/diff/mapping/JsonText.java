/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * JSON in the making, as the UTF-8 bytes that will be sent: text of ASCII is copied as it is, and
 * whatever must be escaped or may be broken goes a longer way.
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
  private static final int LONGEST_NUMBER = 20;

  private byte[] out;
  private int length;
  private Set<Defect> defects = Set.of();

  /**
   * @param bytes how long it is expected to become
   */
  JsonText(int bytes) {
    this.out = new byte[Math.max(LONGEST_NUMBER, bytes)];
  }

  JsonText() {
    this(64);
  }

  /** How many bytes were written. */
  int length() {
    return length;
  }

  /** What was found in the values written since the last call. */
  Set<Defect> takeDefects() {
    Set<Defect> taken = defects;
    defects = Set.of();
    return taken;
  }

  /** Adds what was found in a value, or in a text that stands for a part of this one. */
  void add(Set<Defect> more) {
    if (!more.isEmpty()) {
      Set<Defect> all = EnumSet.copyOf(more);
      all.addAll(defects);
      defects = all;
    }
  }

  /** Appends one character of JSON's own. */
  JsonText raw(char ascii) {
    reserve(1);
    out[length++] = (byte) ascii;
    return this;
  }

  /** Appends JSON that is already complete. */
  JsonText raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, out, length, json.length);
    length += json.length;
    return this;
  }

  /** Appends JSON that is already complete, and ASCII. */
  JsonText raw(String json) {
    return raw(json.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Appends a JSON string. */
  JsonText string(String text) {
    return raw('"').raw(escaped(text).getBytes(StandardCharsets.UTF_8)).raw('"');
  }

  /** Appends a JSON string. */
  JsonText string(UTF8String text) {
    int bytes = text.numBytes();
    reserve(bytes + 2);
    out[length] = '"';
    text.writeToMemory(out, Platform.BYTE_ARRAY_OFFSET + length + 1L);
    if (isPlain(length + 1, length + 1 + bytes)) {
      length += bytes + 2;
      out[length - 1] = '"';
      return this;
    }
    return string(decoded(text));
  }

  /** The text; broken UTF-8 is repaired, and is a defect. */
  String decoded(UTF8String text) {
    byte[] utf8 = text.getBytes();
    String decoded = new String(utf8, StandardCharsets.UTF_8);
    if (decoded.indexOf(REPLACEMENT) >= 0 && !isUtf8(utf8)) {
      add(Set.of(Defect.NOT_UTF8));
    }
    return decoded;
  }

  /** Whether these bytes are ASCII of which JSON takes every one as it is. */
  private boolean isPlain(int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = out[i];
      if (b < 0x20 || b == '"' || b == '\\' || b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> escaped.append("\\\"");
        case '\\' -> escaped.append("\\\\");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029) {
            escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            escaped.append(c);
          }
        }
      }
    }
    return escaped.toString();
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Appends a whole number. */
  JsonText number(long number) {
    if (number < 0) {
      if (number == Long.MIN_VALUE) {
        return raw(Long.toString(number));
      }
      return raw('-').number(-number);
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits(number, digits);
  }

  /** Appends the last {@code count} digits of a number that is not negative, zeros in front. */
  JsonText digits(long number, int count) {
    reserve(count);
    long rest = number;
    for (int at = length + count - 1; at >= length; at--) {
      out[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
    return this;
  }

  private void reserve(int bytes) {
    if (length + bytes > out.length) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + bytes));
    }
  }

  /** The text as Spark holds it; nothing may be appended any more. */
  UTF8String toUtf8() {
    return UTF8String.fromBytes(out, 0, length);
  }

  @Override
  public String toString() {
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
