/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.http.JsonBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Parquet by the library that Spark ships; every column may be null. */
record Parquet(boolean gzip) implements Format {

  @Override
  public String ending() {
    return gzip ? "gz.parquet" : "parquet";
  }

  @Override
  public byte[] encode(List<Column> columns, List<ObjectNode> rows) throws IOException {
    Types.MessageTypeBuilder fields = Types.buildMessage();
    columns.forEach(column -> fields.addField(field(column)));
    MessageType schema = fields.named("record");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new InMemory(bytes))
            .withConf(new Configuration(false))
            .withType(schema)
            .withCompressionCodec(
                gzip ? CompressionCodecName.GZIP : CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (ObjectNode row : rows) {
        Group group = new SimpleGroup(schema);
        for (Column column : columns) {
          JsonNode value = row.get(column.name());
          if (value != null && !value.isNull()) {
            add(group, column, value);
          }
        }
        writer.write(group);
      }
    }
    return bytes.toByteArray();
  }

  private static Type field(Column column) {
    return switch (column.type().kind()) {
      case STRING ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(column.name());
      case JSON ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.jsonType())
              .named(column.name());
      case BINARY -> Types.optional(PrimitiveTypeName.BINARY).named(column.name());
      case LONG -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
      case DOUBLE -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
      case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(column.name());
      case DATE ->
          Types.optional(PrimitiveTypeName.INT32)
              .as(LogicalTypeAnnotation.dateType())
              .named(column.name());
      case TIMESTAMP ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
              .named(column.name());
      case DECIMAL ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(
                  LogicalTypeAnnotation.decimalType(
                      column.type().scale(), column.type().precision()))
              .named(column.name());
    };
  }

  private static void add(Group group, Column column, JsonNode node) {
    Object value;
    try {
      value = column.type().value(node);
    } catch (BadValue e) {
      throw new IllegalStateException("values are checked before they are written", e);
    }
    String name = column.name();
    if (column.type().kind() == ColumnType.Kind.DATE) {
      group.add(name, ((Long) value).intValue());
    } else if (value instanceof Long number) {
      group.add(name, number);
    } else if (value instanceof Double number) {
      group.add(name, number);
    } else if (value instanceof Boolean flag) {
      group.add(name, flag);
    } else if (value instanceof BigDecimal decimal) {
      group.add(name, Binary.fromConstantByteArray(decimal.unscaledValue().toByteArray()));
    } else if (value instanceof byte[] bytes) {
      group.add(name, Binary.fromConstantByteArray(bytes));
    } else {
      group.add(name, Binary.fromConstantByteArray(JsonBody.utf8((String) value)));
    }
  }

  /** A file that is still to be named. */
  private record InMemory(ByteArrayOutputStream bytes) implements OutputFile {

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        @Override
        public long getPos() {
          return bytes.size();
        }

        @Override
        public void write(int b) {
          bytes.write(b);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
          bytes.write(from, offset, length);
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
