/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows as an Arrow stream, in the vectors that Snowflake has for its types. */
final class ArrowChunks {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final ArrowType INT = new ArrowType.Int(32, true);

  private ArrowChunks() {}

  static byte[] of(List<Answer.Column> columns, Answer.Chunk chunk) {
    Schema schema = new Schema(columns.stream().map(ArrowChunks::field).toList());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      root.allocateNew();
      JsonNode rows = JSON.readTree("[" + chunk.json() + "]");
      for (int row = 0; row < rows.size(); row++) {
        for (int column = 0; column < columns.size(); column++) {
          JsonNode value = rows.get(row).get(column);
          if (!value.isNull()) {
            set(root.getVector(column), columns.get(column), row, value.textValue());
          }
        }
      }
      root.setRowCount(rows.size());
      writer.start();
      writer.writeBatch();
      writer.end();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Answer.Column column) {
    ArrowType type =
        switch (column.type()) {
          case "FIXED" -> new ArrowType.Decimal(38, column.scale(), 128);
          case "REAL" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case "BOOLEAN" -> new ArrowType.Bool();
          case "DATE" -> new ArrowType.Date(DateUnit.DAY);
          case "TIME" -> LONG;
          case "BINARY" -> new ArrowType.Binary();
          case "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ" -> new ArrowType.Struct();
          default -> new ArrowType.Utf8();
        };
    Map<String, String> said =
        Map.of(
            "logicalType", column.type(),
            "precision", Integer.toString(column.precision()),
            "scale", Integer.toString(column.scale()));
    Function<String, Field> whole = name -> Field.notNullable(name, INT);
    Field epoch = Field.notNullable("epoch", LONG);
    List<Field> parts =
        switch (column.type()) {
          case "TIMESTAMP_NTZ", "TIMESTAMP_LTZ" -> List.of(epoch, whole.apply("fraction"));
          case "TIMESTAMP_TZ" -> List.of(epoch, whole.apply("fraction"), whole.apply("timezone"));
          default -> List.of();
        };
    return new Field(column.name(), new FieldType(true, type, null, said), parts);
  }

  private static void set(FieldVector vector, Answer.Column column, int row, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    switch (column.type()) {
      case "FIXED" -> ((DecimalVector) vector).setSafe(row, new BigDecimal(text));
      case "REAL" -> ((Float8Vector) vector).setSafe(row, Double.parseDouble(text));
      case "BOOLEAN" -> ((BitVector) vector).setSafe(row, Integer.parseInt(text));
      case "DATE" -> ((DateDayVector) vector).setSafe(row, Integer.parseInt(text));
      case "TIME" ->
          ((BigIntVector) vector)
              .setSafe(row, new BigDecimal(text).movePointRight(9).longValueExact());
      case "BINARY" -> ((VarBinaryVector) vector).setSafe(row, HexFormat.of().parseHex(text));
      case "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ" ->
          setTimestamp((StructVector) vector, row, text.split("[. ]"));
      default -> ((VarCharVector) vector).setSafe(row, bytes);
    }
  }

  /**
   * @param parts seconds, nanoseconds and, of a TIMESTAMP_TZ, minutes
   */
  private static void setTimestamp(StructVector vector, int row, String[] parts) {
    vector.getChild("epoch", BigIntVector.class).setSafe(row, Long.parseLong(parts[0]));
    vector.getChild("fraction", IntVector.class).setSafe(row, Integer.parseInt(parts[1]));
    if (parts.length == 3) {
      vector.getChild("timezone", IntVector.class).setSafe(row, Integer.parseInt(parts[2]));
    }
    vector.setIndexDefined(row);
  }
}
