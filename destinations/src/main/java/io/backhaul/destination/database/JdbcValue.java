/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.database.Table.Column;
import io.backhaul.destination.http.JsonBody;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;

/**
 * JSON values as JDBC 4.2 takes them for a column's {@code java.sql.Types}. A timestamp with an
 * offset goes into a column without one as UTC.
 */
final class JdbcValue {

  private JdbcValue() {}

  /**
   * The value as a Java object.
   *
   * @throws BadValue if the column's type has no such value
   */
  static Object of(Column column, JsonNode value) throws BadValue {
    String text = Json.text(value);
    try {
      return switch ((Integer) column.code()) {
        case Types.BOOLEAN, Types.BIT -> flag(value);
        case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
            number(value).setScale(0, RoundingMode.UNNECESSARY);
        case Types.NUMERIC, Types.DECIMAL -> number(value);
        case Types.REAL, Types.FLOAT, Types.DOUBLE -> number(value).doubleValue();
        case Types.DATE -> LocalDate.parse(text);
        case Types.TIME -> LocalTime.parse(text);
        case Types.TIMESTAMP ->
            zoned(text) ? utc(text).toLocalDateTime() : LocalDateTime.parse(text);
        case Types.TIMESTAMP_WITH_TIMEZONE ->
            zoned(text) ? utc(text) : LocalDateTime.parse(text).atOffset(ZoneOffset.UTC);
        case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
            Base64.getDecoder().decode(text);
        default -> whole(text);
      };
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new BadValue("BAD_VALUE", "the value is no " + column.type());
    }
  }

  /** Puts a value under a question mark. */
  static void set(PreparedStatement statement, int at, Column column, Object value)
      throws SQLException {
    int type = (Integer) column.code();
    if (value == null) {
      statement.setNull(at, type == Types.OTHER ? Types.NULL : type);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(at, bytes);
    } else if (value instanceof String text && type != Types.OTHER) {
      statement.setString(at, text);
    } else if (type == Types.OTHER) {
      statement.setObject(at, value, Types.OTHER);
    } else {
      statement.setObject(at, value);
    }
  }

  /** Half a surrogate pair would arrive as a question mark. */
  private static String whole(String text) {
    JsonBody.utf8(text);
    return text;
  }

  private static Boolean flag(JsonNode value) {
    return switch (Json.text(value).strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static BigDecimal number(JsonNode value) {
    return value.isNumber() ? value.decimalValue() : new BigDecimal(value.asText().strip());
  }

  private static boolean zoned(String text) {
    return text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:\\d\\d");
  }

  private static OffsetDateTime utc(String text) {
    return OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
  }
}
