/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Drops of files. A batch is written under a temporary name, renamed to the batch's id, and then
 * told by a manifest: a reader that goes by manifests sees whole files only, each once.
 *
 * <p>A batch that is sent again finds its manifest and writes nothing, even where the reader took
 * the file away meanwhile; without a manifest it overwrites its own file. So even an insert may be
 * repeated.
 */
final class FilesDestination implements Destination {

  /** Folders and a name; what begins with an underscore or a dot is skipped by most readers. */
  private static final Pattern OBJECT =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FilesConfig config;
  private final DeliveryContext context;
  private final Store store;
  private final Format format;
  private final Capabilities capabilities;

  FilesDestination(FilesConfig config, DeliveryContext context, Store store) {
    this.config = config;
    this.context = context;
    this.store = store;
    this.format = Format.of(config.format(), config.gzip());
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.load().records(),
            config.load().bytes(),
            config.load().perSecond(),
            config.load().concurrency(),
            true,
            Set.of());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** What the destination file says of the object's columns; nothing is asked. */
  @Override
  public ObjectSchema describe(String object) {
    checkObject(object);
    List<Column> columns = config.columns().get(object);
    if (columns == null) {
      return ObjectSchema.open(object);
    }
    return new ObjectSchema(
        object,
        true,
        columns.stream()
            .map(
                column ->
                    new ObjectSchema.Field(
                        column.name(), column.type().toString(), false, true, 0, List.of()))
            .toList(),
        columns.stream().map(Column::name).collect(Collectors.toSet()));
  }

  /** Looks whether the folder can be seen. */
  @Override
  public Probe probe() {
    try {
      store.look();
      return new Probe("look at the folder", null, Duration.ZERO);
    } catch (IOException e) {
      throw store.failure(e, false);
    }
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    checkObject(batch.object());
    if (!ID.matcher(batch.id()).matches()) {
      throw new IllegalArgumentException("a batch's id is no file's name");
    }
    List<RecordResult> results = new ArrayList<>();
    List<ObjectNode> rows = new ArrayList<>();
    List<Column> declared = config.columns().get(batch.object());
    for (Change change : batch.changes()) {
      ObjectNode row = row(change);
      Optional<RecordResult> refusal = refusal(change, row, declared);
      if (refusal.isEmpty()) {
        rows.add(row);
      }
      results.add(refusal.orElseGet(() -> new RecordResult.Applied(change.key(), null)));
    }
    if (!rows.isEmpty()) {
      put(batch, rows, columns(batch, rows, declared));
    }
    return Delivery.Settled.of(batch, results, 0, RateHint.NONE);
  }

  /** The key's columns, but for those that the fields name, and the fields. */
  private static ObjectNode row(Change change) {
    ChangeFields record = ChangeFields.of(change);
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    record.key().properties().stream()
        .filter(each -> !record.fields().has(each.getKey()))
        .forEach(each -> row.set(each.getKey(), each.getValue()));
    row.setAll(record.fields());
    return row;
  }

  private static Optional<RecordResult> refusal(
      Change change, ObjectNode row, List<Column> declared) {
    if (declared == null) {
      return Optional.empty();
    }
    for (Map.Entry<String, JsonNode> field : row.properties()) {
      Optional<Column> column =
          declared.stream().filter(each -> each.name().equals(field.getKey())).findFirst();
      if (column.isEmpty()) {
        String message = "columns names no " + field.getKey();
        return Optional.of(
            new RecordResult.Rejected(change.key(), "FIELD_UNKNOWN", field.getKey(), message));
      }
      try {
        if (!field.getValue().isNull()) {
          column.get().type().value(field.getValue());
        }
      } catch (BadValue e) {
        return Optional.of(
            new RecordResult.Rejected(change.key(), "BAD_VALUE", field.getKey(), e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** Those declared, of a delete's key alone; else all that any row names. */
  private static List<Column> columns(Batch batch, List<ObjectNode> rows, List<Column> declared) {
    Set<String> named = new LinkedHashSet<>();
    rows.forEach(row -> row.fieldNames().forEachRemaining(named::add));
    if (declared == null) {
      return named.stream().map(name -> new Column(name, ColumnType.STRING)).toList();
    }
    return batch.op() == Op.DELETE
        ? declared.stream().filter(column -> named.contains(column.name())).toList()
        : declared;
  }

  private void put(Batch batch, List<ObjectNode> rows, List<Column> columns) {
    String name = batch.op().wireName() + "/" + batch.id() + "." + format.ending();
    String manifest = batch.object() + "/_manifest/" + batch.id() + ".json";
    boolean begun = false;
    try {
      byte[] file = format.encode(columns, rows);
      String checksum = sha256(file);
      if (told(manifest, checksum)) {
        return;
      }
      String staged = staged(batch, file);
      begun = true;
      reveal(staged, file, batch.object() + "/" + name);
      byte[] words = manifest(batch, name, rows.size(), file.length, checksum, columns);
      reveal(staged(batch, words), words, manifest);
    } catch (IOException e) {
      if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
        Thread.currentThread().interrupt();
      }
      throw store.failure(e, begun);
    }
  }

  /** Whether an earlier attempt came to its end; the manifest is what says so. */
  private boolean told(String manifest, String checksum) throws IOException {
    Optional<byte[]> there = store.read(manifest);
    if (there.isEmpty()) {
      return false;
    }
    try {
      return JSON.readTree(there.get()).path("sha256").asText().equals(checksum);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Writes under a name of this attempt's own, so that two attempts do not write one file. */
  private String staged(Batch batch, byte[] bytes) throws IOException {
    if (store.writesAtOnce()) {
      return null;
    }
    String name = batch.object() + "/_temporary/" + batch.id() + "-" + UUID.randomUUID();
    try {
      store.write(name, bytes);
      return name;
    } catch (IOException e) {
      try {
        store.delete(name);
      } catch (IOException ignored) {
        // It stays where nobody looks; what failed first is what matters.
      }
      throw e;
    }
  }

  private void reveal(String staged, byte[] bytes, String name) throws IOException {
    if (staged == null) {
      store.write(name, bytes);
    } else {
      store.move(staged, name);
    }
  }

  private byte[] manifest(
      Batch batch, String name, int rows, int bytes, String checksum, List<Column> columns) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest
        .put("batch", batch.id())
        .put("object", batch.object())
        .put("op", batch.op().wireName())
        .put("file", name)
        .put("format", config.format())
        .put("rows", rows)
        .put("bytes", bytes)
        .put("sha256", checksum)
        .put("written", context.clock().instant().toString());
    ArrayNode schema = manifest.putArray("columns");
    for (Column column : columns) {
      schema.addObject().put("name", column.name()).put("type", typeName(batch.object(), column));
    }
    return (manifest.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** JSON lines without declared columns hold whatever JSON holds. */
  private String typeName(String object, Column column) {
    boolean any = config.format().equals("json") && !config.columns().containsKey(object);
    return any ? "json" : column.type().toString();
  }

  private static void checkObject(String object) {
    if (!OBJECT.matcher(object).matches()) {
      throw DestinationException.refused(
          "OBJECT_UNKNOWN",
          0,
          "'" + object + "' is no folder's name: write letters, digits, dots, dashes and slashes");
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
