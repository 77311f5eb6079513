/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonSchemaTest {

  private static final Path COMMITTED = Path.of("..", "conf", "schema");

  private static final Map<String, Shape> SHAPES =
      Map.of(
          "backhaul.yaml", FileShapes.BACKHAUL,
          "destinations/acme/crm.yaml", FileShapes.destination(CrmProvider.all()),
          "syncs/acme/contacts.yaml", FileShapes.SYNC,
          "tenants/acme.yaml", TenantFile.SHAPE);

  private static final Map<String, String> SCHEMAS =
      Map.of(
          "backhaul.yaml", "backhaul.schema.json",
          "destinations/acme/crm.yaml", "destination.schema.json",
          "syncs/acme/contacts.yaml", "sync.schema.json",
          "tenants/acme.yaml", "tenant.schema.json");

  @TempDir Path folder;

  /** After a change of a shape: {@code ./mvnw test -Dtest=JsonSchemaTest -Dschemas.write=true}. */
  @Test
  void theSchemasForEditorsAreThoseOfTheReader() throws IOException {
    if (Boolean.getBoolean("schemas.write")) {
      JsonSchema.write(COMMITTED, shipped());
    }

    for (Map.Entry<String, String> schema : JsonSchema.all(shipped()).entrySet()) {
      assertThat(COMMITTED.resolve(schema.getKey())).content().isEqualTo(schema.getValue());
    }
  }

  /** What is installed but for what tests brought with them. */
  private static List<DestinationProvider> shipped() {
    return Workspace.installed().stream()
        .filter(provider -> provider.getClass().getName().startsWith("io.backhaul.destination."))
        .toList();
  }

  static Stream<BadSpec> readable() {
    return BadSpec.all().filter(bad -> bad.seen() != BadSpec.Seen.PARSER);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void anEditorSeesWhatTheReaderSeesInOneKey(BadSpec bad) {
    boolean inOneKey = bad.seen() == BadSpec.Seen.SHAPE;

    assertThat(isValid(bad.file(), bad.text())).isEqualTo(!inOneKey);
    assertThat(isRight(bad.file(), bad.text())).isEqualTo(!inOneKey);
  }

  @Test
  void anEditorTakesWhatTheReaderTakes() {
    takes("backhaul.yaml", Conf.BACKHAUL);
    takes("destinations/acme/crm.yaml", Conf.CRM);
    takes("syncs/acme/contacts.yaml", Conf.CONTACTS);
    takes("tenants/acme.yaml", Conf.TENANT);
    takes("tenants/acme.yaml", Attack.TENANT);
    KeysTest.rightSyncs().forEach(text -> takes("syncs/acme/contacts.yaml", text));
  }

  private void takes(String file, String text) {
    assertThat(isRight(file, text)).as(text).isTrue();
    assertThat(isValid(file, text)).as(text).isTrue();
  }

  private boolean isValid(String file, String text) {
    String schema = JsonSchema.all(CrmProvider.all()).get(SCHEMAS.get(file));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema)
        .validate(JsonSchema.plain(yaml(text).orElseThrow()))
        .isEmpty();
  }

  /** Whether the reader finds each key right for itself; every secret counts as set. */
  private boolean isRight(String file, String text) {
    SpecProblems problems = new SpecProblems();
    new ShapeReader(new SpecMarks(file), Conf.SECRETS, problems)
        .read(yaml(text).orElseThrow(), SHAPES.get(file));
    return problems.all().stream()
        .allMatch(p -> p.message().matches("the (environment variable|file|Hadoop credential) .*"));
  }

  private Optional<Yaml> yaml(String text) {
    try {
      Path file = Files.writeString(folder.resolve("file.yaml"), text);
      return YamlReader.read(file, new SpecMarks("file.yaml"), new SpecProblems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
