/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import static io.backhaul.destination.files.Drops.batch;
import static io.backhaul.destination.files.Drops.change;
import static io.backhaul.destination.files.Drops.files;
import static io.backhaul.destination.files.Drops.manifest;
import static io.backhaul.destination.files.Drops.open;
import static io.backhaul.destination.files.Drops.text;
import static io.backhaul.destination.files.Drops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.JsonBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesDestinationTest {

  @TempDir Path folder;

  private ObjectNode properties() {
    return Drops.properties(folder.toUri().toString());
  }

  private DestinationException failure(Destination destination, Batch batch) {
    return catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
  }

  @Test
  void aBatchIsAFileOfItsIdAndAManifestThatSaysItIsWhole() throws Exception {
    try (Destination destination = open(properties())) {
      List<RecordResult> results =
          write(
              destination,
              batch(
                  "b1",
                  change(Op.UPSERT, 1, "{\"name\":\"Ann\",\"age\":null}"),
                  change(Op.UPSERT, 2, "{\"id\":22,\"name\":\"Bob\"}")));
      assertThat(results)
          .containsExactly(
              new RecordResult.Applied("{\"id\":1}", null),
              new RecordResult.Applied("{\"id\":2}", null));
    }
    assertThat(files(folder))
        .containsExactly("contacts/_manifest/b1.json", "contacts/upsert/b1.jsonl");
    assertThat(text(folder, "contacts/upsert/b1.jsonl"))
        .isEqualTo("{\"id\":1,\"name\":\"Ann\",\"age\":null}\n{\"id\":22,\"name\":\"Bob\"}\n");
    byte[] bytes = Files.readAllBytes(folder.resolve("contacts/upsert/b1.jsonl"));
    JsonNode manifest = manifest(folder, "b1");
    assertThat(manifest.path("file").asText()).isEqualTo("upsert/b1.jsonl");
    assertThat(manifest.path("op").asText()).isEqualTo("upsert");
    assertThat(manifest.path("object").asText()).isEqualTo("contacts");
    assertThat(manifest.path("rows").asInt()).isEqualTo(2);
    assertThat(manifest.path("bytes").asInt()).isEqualTo(bytes.length);
    assertThat(manifest.path("sha256").asText())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    assertThat(manifest.path("columns").findValuesAsText("name"))
        .containsExactly("id", "name", "age");
  }

  @Test
  void deletesAreAFileOfKeys() {
    try (Destination destination = open(properties().put("format", "csv"))) {
      write(destination, batch("b1", change(Op.DELETE, 1, null), change(Op.DELETE, 2, null)));
    }
    assertThat(text(folder, "contacts/delete/b1.csv")).isEqualTo("id\n1\n2\n");
    assertThat(manifest(folder, "b1").path("op").asText()).isEqualTo("delete");
  }

  @Tag("fault-3")
  @Test
  void aBatchThatIsSentAgainIsNotDroppedAgain() throws Exception {
    try (Destination destination = open(properties())) {
      assertThat(destination.capabilities().safeToRepeat(Op.INSERT)).isTrue();
      Batch batch = batch("b1", change(Op.INSERT, 1, "{\"name\":\"Ann\"}"));
      write(destination, batch);
      Files.delete(folder.resolve("contacts/insert/b1.jsonl")); // the reader took it
      write(destination, batch);
      assertThat(files(folder)).containsExactly("contacts/_manifest/b1.json");

      Files.delete(folder.resolve("contacts/_manifest/b1.json")); // the twin: nobody says so
      write(destination, batch);
      assertThat(files(folder)).hasSize(2);
    }
  }

  @Tag("fault-31")
  @Test
  void anAttemptThatDiedHalfwayIsOverwrittenAndLeavesNothingThatIsRead() throws Exception {
    Files.createDirectories(folder.resolve("contacts/upsert"));
    Files.writeString(folder.resolve("contacts/upsert/b1.jsonl"), "{\"id\":1,\"na");
    Files.createDirectories(folder.resolve("contacts/_manifest"));
    Files.writeString(folder.resolve("contacts/_manifest/b1.json"), "{\"sha256\":");
    try (Destination destination = open(properties())) {
      write(destination, batch("b1", change(Op.UPSERT, 1, "{\"name\":\"Ann\"}")));
    }
    assertThat(text(folder, "contacts/upsert/b1.jsonl")).isEqualTo("{\"id\":1,\"name\":\"Ann\"}\n");
    assertThat(manifest(folder, "b1").path("rows").asInt()).isEqualTo(1);
    assertThat(files(folder)).hasSize(2);
  }

  @Test
  void csvTellsNullFromEmptyAndKeepsEveryText() {
    List<String> texts =
        List.of(
            "", " ", "a,b", "\"q\"", "line\nbreak\r\n", "=cmd|' /C calc'!A0", "émoji 😀", "null");
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      changes.add(
          change(
              Op.UPSERT,
              changes.size(),
              JsonNodeFactory.instance.objectNode().put("text", text).toString()));
    }
    changes.add(change(Op.UPSERT, 100, "{\"text\":null,\"n\":12345678901234567890.10}"));
    changes.add(change(Op.UPSERT, 101, "{\"ok\":true,\"tags\":[\"a\",\"b\"]}"));
    try (Destination destination = open(properties().put("format", "csv"))) {
      write(destination, batch("b1", changes.toArray(Change[]::new)));
    }
    assertThat(text(folder, "contacts/upsert/b1.csv"))
        .isEqualTo(
            """
            id,text,n,ok,tags
            0,"",,,
            1," ",,,
            2,"a,b",,,
            3,\"""q\""",,,
            4,"line
            break\r
            ",,,
            5,"=cmd|' /C calc'!A0",,,
            6,"émoji 😀",,,
            7,null,,,
            100,,12345678901234567890.10,,
            101,,,true,"[""a"",""b""]"
            """);
  }

  @Tag("fault-39")
  @Test
  void jsonKeepsEveryDigitAndHalfASurrogatePairIsPoison() {
    String fields =
        "{\"big\":9007199254740993,\"exact\":12345678901234567890.1234567890,\"t\":\"\\u0000 \"}";
    try (Destination destination = open(properties())) {
      write(destination, batch("b1", change(Op.UPSERT, 1, fields)));
      assertThat(JsonBody.parse(text(folder, "contacts/upsert/b1.jsonl").strip()).toString())
          .isEqualTo("{\"id\":1," + fields.substring(1));
      for (String format : List.of("json", "csv", "parquet")) {
        try (Destination other = open(properties().put("format", format))) {
          Change broken = change(Op.UPSERT, 1, "{\"t\":\"half \\ud83d\"}");
          assertThat(failure(other, batch("b2", broken)).kind())
              .as(format)
              .isEqualTo(Kind.POISONED);
        }
      }
    }
    assertThat(files(folder)).hasSize(2);
  }

  @Test
  void aCompressedFileSaysSoInItsName() throws IOException {
    ObjectNode properties = properties().put("compression", "gzip").put("format", "csv");
    try (Destination destination = open(properties)) {
      write(destination, batch("b1", change(Op.UPSERT, 1, "{\"name\":\"Ann\"}")));
    }
    Path file = folder.resolve("contacts/upsert/b1.csv.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("id,name\n1,Ann\n");
    }
  }

  @Tag("fault-40")
  @Test
  void declaredColumnsAreKeptInOrderAndAValueThatDoesNotFitIsNamed() {
    ObjectNode properties = properties().put("format", "csv");
    properties
        .putObject("columns")
        .putObject("contacts")
        .put("name", "string")
        .put("id", "long")
        .put("age", "long");
    try (Destination destination = open(properties)) {
      List<RecordResult> results =
          write(
              destination,
              batch(
                  "b1",
                  change(Op.UPSERT, 1, "{\"age\":1.5}"),
                  change(Op.UPSERT, 2, "{\"nmae\":\"x\"}"),
                  change(Op.UPSERT, 3, "{\"name\":\"x\"}")));
      assertThat(((RecordResult.Rejected) results.get(0)).code()).isEqualTo("BAD_VALUE");
      assertThat(((RecordResult.Rejected) results.get(0)).field()).isEqualTo("age");
      assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("FIELD_UNKNOWN");
      assertThat(results.get(2)).isInstanceOf(RecordResult.Applied.class);

      ObjectSchema schema = destination.describe("contacts");
      assertThat(schema.closed()).isTrue();
      assertThat(schema.fields()).extracting(ObjectSchema.Field::name).startsWith("name");
      assertThat(destination.describe("others").closed()).isFalse();
    }
    assertThat(text(folder, "contacts/upsert/b1.csv")).isEqualTo("name,id,age\nx,3,\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/../b", "_manifest", "/etc", "a b", ""})
  void anObjectThatIsNoFolderIsRefused(String object) {
    try (Destination destination = open(properties())) {
      Batch batch = new Batch("b1", object, Op.UPSERT, List.of(change(Op.UPSERT, 1, "{}")));
      assertThat(failure(destination, batch).code()).isEqualTo("OBJECT_UNKNOWN");
    }
    assertThat(files(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drops",
        "/mnt/../etc",
        "s3a://bucket/a?b",
        "sftp://ann:x@sftp.example.com/drops",
        "hdfs://169.254.169.254/drops",
        "sftp://10.0.0.5/drops"
      })
  void aPathThatMayNotBeUsedIsRefused(String path) {
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> FilesConfig.read(Drops.properties(path)));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void aFolderThatCannotBeMadeOrAFileSystemThatIsNoneIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Batch batch = batch("b1", change(Op.UPSERT, 1, "{}"));
    try (Destination destination = open(Drops.properties(file.toString()))) {
      assertThat(failure(destination, batch).kind()).isEqualTo(Kind.REFUSED);
      assertThat(catchThrowableOfType(DestinationException.class, destination::probe).kind())
          .isEqualTo(Kind.REFUSED);
    }
    try (Destination destination = open(Drops.properties("nofs://bucket/drops"))) {
      assertThat(failure(destination, batch).kind()).isEqualTo(Kind.REFUSED);
    }
    try (Destination destination = open(properties())) {
      assertThat(destination.probe().asked()).isNotEmpty();
    }
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachDroppedOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Destination destination = open(properties())) {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        // Each twice, as when a task that is thought dead goes on.
        Batch batch = batch("b" + n % 20, change(Op.UPSERT, n % 20, "{\"n\":" + n % 20 + "}"));
        writes.add(() -> write(destination, batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).singleElement().isInstanceOf(RecordResult.Applied.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(files(folder)).hasSize(40);
  }
}
