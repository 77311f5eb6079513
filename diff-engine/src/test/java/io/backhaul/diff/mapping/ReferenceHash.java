/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * The row hash, written a second time from its description, on plain Java values and without Spark.
 * XXH64 is written from its specification (xxHash 0.8, "XXH64 algorithm description").
 */
final class ReferenceHash {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private long hash = 42;

  private ReferenceHash() {}

  static long of(String fingerprint, List<?> values) {
    ReferenceHash hash = new ReferenceHash();
    hash.bytes(fingerprint.getBytes(StandardCharsets.UTF_8));
    values.forEach(hash::value);
    return hash.hash;
  }

  private static long ofAlone(Object value) {
    ReferenceHash hash = new ReferenceHash();
    hash.value(value);
    return hash.hash;
  }

  private void value(Object value) {
    if (value instanceof NullOf none) {
      none.parts(this);
      return;
    }
    four(0);
    if (value instanceof Row struct) {
      for (int i = 0; i < struct.size(); i++) {
        value(struct.get(i));
      }
    } else if (value instanceof List<?> list) {
      four(list.size());
      list.forEach(element -> eight(ofAlone(element)));
    } else if (value instanceof Map<?, ?> map) {
      four(map.size());
      map.entrySet().stream()
          .map(
              entry -> {
                ReferenceHash each = new ReferenceHash();
                each.value(entry.getKey());
                each.value(entry.getValue());
                return each.hash;
              })
          .sorted()
          .forEach(this::eight);
    } else {
      scalar(value);
    }
  }

  private void scalar(Object value) {
    if (value instanceof Boolean bool) {
      four(bool ? 1 : 0);
    } else if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      four(((Number) value).intValue());
    } else if (value instanceof Long number) {
      eight(number);
    } else if (value instanceof Float number) {
      four(number == 0 ? 0 : Float.floatToIntBits(number));
    } else if (value instanceof Double number) {
      eight(number == 0 ? 0 : Double.doubleToLongBits(number));
    } else if (value instanceof LocalDate date) {
      four((int) date.toEpochDay());
    } else if (value instanceof Instant instant) {
      eight(micros(instant));
    } else if (value instanceof LocalDateTime local) {
      eight(micros(local.toInstant(ZoneOffset.UTC)));
    } else if (value instanceof BigDecimal decimal) {
      bytes(decimal.unscaledValue().toByteArray());
    } else if (value instanceof ShortDecimal decimal) {
      eight(decimal.value().unscaledValue().longValueExact());
    } else if (value instanceof byte[] bytes) {
      bytes(bytes);
    } else {
      bytes(((String) value).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A decimal of at most 18 digits, which Spark holds as a long. */
  record ShortDecimal(BigDecimal value) {}

  /** Null of a type, which may have parts that are null with it. */
  enum NullOf {
    SCALAR {
      @Override
      void parts(ReferenceHash hash) {
        hash.four(1);
      }
    },
    ARRAY_OR_MAP {
      @Override
      void parts(ReferenceHash hash) {
        hash.four(1);
        hash.four(-1);
      }
    },
    STRUCT_OF_TWO_SCALARS {
      @Override
      void parts(ReferenceHash hash) {
        hash.four(1);
        hash.four(1);
        hash.four(1);
      }
    };

    abstract void parts(ReferenceHash hash);
  }

  private void four(int value) {
    bytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void eight(long value) {
    bytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private void bytes(byte[] bytes) {
    hash = xxh64(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), hash);
  }

  private static long xxh64(ByteBuffer in, long seed) {
    long length = in.remaining();
    long acc;
    if (length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      while (in.remaining() >= 32) {
        a = round(a, in.getLong());
        b = round(b, in.getLong());
        c = round(c, in.getLong());
        d = round(d, in.getLong());
      }
      acc =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      for (long lane : new long[] {a, b, c, d}) {
        acc = (acc ^ round(0, lane)) * P1 + P4;
      }
    } else {
      acc = seed + P5;
    }
    acc += length;
    while (in.remaining() >= 8) {
      acc = Long.rotateLeft(acc ^ round(0, in.getLong()), 27) * P1 + P4;
    }
    if (in.remaining() >= 4) {
      acc = Long.rotateLeft(acc ^ (Integer.toUnsignedLong(in.getInt()) * P1), 23) * P2 + P3;
    }
    while (in.hasRemaining()) {
      acc = Long.rotateLeft(acc ^ (Byte.toUnsignedLong(in.get()) * P5), 11) * P1;
    }
    acc = (acc ^ (acc >>> 33)) * P2;
    acc = (acc ^ (acc >>> 29)) * P3;
    return acc ^ (acc >>> 32);
  }

  private static long round(long acc, long lane) {
    return Long.rotateLeft(acc + lane * P2, 31) * P1;
  }

  /** {@code ChronoUnit.MICROS.between} counts nanoseconds inside, and overflows after 292 years. */
  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.get(ChronoField.MICRO_OF_SECOND);
  }
}
