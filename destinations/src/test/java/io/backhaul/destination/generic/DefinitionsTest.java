/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.Providers;
import io.backhaul.destination.Wire;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connectors that are files. */
class DefinitionsTest {

  private static final Path RESOURCES = Path.of("src", "main", "resources", "connectors");
  private static final String ACME =
      """
      type: acme
      title: Acme
      deletes: erases it
      url: https://api.acme.example
      auth: {header: {header: X-Acme-Key}, basic: {}}
      batch: {max_records: 50, max_bytes: 2MB}
      rate: {requests_per_second: 5}
      parameters:
        team: {required: true, doc: "The team."}
        loud: {type: flag, default: false, doc: "Whether it is loud."}
        size: {type: choice, words: [s, m], default: m, doc: "The size."}
        signature: {type: secret, doc: "The secret."}
      sample: {team: crm}
      signing: {header: X-Signature, parameter: signature}
      calls:
        contacts:
          identity: [email]
          note: people
          upsert: {path: "/{$params.team}", body: '{"loud": $params.loud, "size": $params.size}', results: {list: /r, outcome: /ok, id: /id}}
          delete: {records: one, method: DELETE, path: "/{.identity.value}"}
      """;

  private static DestinationProvider acme() {
    return Providers.described("connectors/acme.yaml", ACME);
  }

  @Test
  void everyFileIsInTheIndexAndCallsItselfByItsName() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES)) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .map(name -> name.replace(".yaml", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(Files.readAllLines(RESOURCES.resolve("index"))).containsExactlyElementsOf(names);
      assertThat(new Definitions().providers())
          .extracting(DestinationProvider::type)
          .containsExactlyElementsOf(names);
      assertThat(Providers.all()).containsKeys(names.toArray(String[]::new));
    }
  }

  @Test
  void itsUsersFileHasTheSharedKeysAndItsParameters() {
    List<Key> keys = acme().shape().keys();

    assertThat(keys)
        .extracting(Key::name)
        .contains("url", "auth", "timeout", "batch", "rate", "identity", "team", "loud", "size")
        .doesNotContain("calls", "errors", "params");
    assertThat(key("url").fallback()).isEqualTo("https://api.acme.example");
    assertThat(key("team").required()).isTrue();
    assertThat(key("loud").fallback()).isEqualTo("false");
    assertThat(key("size").shape()).isEqualTo(Shape.choice("s", "m"));
    assertThat(key("signature").shape()).isEqualTo(Shape.secret());
    Shape.Variants auth = (Shape.Variants) key("auth").shape();
    assertThat(auth.cases()).extracting(Shape.Case::word).containsExactly("basic", "header");
    assertThat(auth.cases().get(1).shape().keys())
        .filteredOn(key -> key.name().equals("header"))
        .extracting(Key::fallback)
        .containsExactly("X-Acme-Key");
  }

  private static Key key(String name) {
    return acme().shape().keys().stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itSpeaksAsTheDefinitionSaysWithTheValuesOfTheFile() {
    ObjectNode file =
        (ObjectNode) Canonical.tree("{\"team\":\"a b\",\"loud\":true,\"signature\":\"k\"}");
    file.putObject("auth").put("type", "header").put("token", "made-up");
    DestinationConfig config =
        new DestinationConfig("acme", "crm", "acme", file, Set.of("made-up", "k"));
    Batch batch = DescribedApi.batch("contacts", Op.UPSERT, "{\"email\":\"a@example.com\"}", "{}");

    Wire.Request request =
        new Inspection(acme(), config, SettableClock.atNoon()).requests(batch).get(0);

    assertThat(request.uri()).hasToString("https://api.acme.example/a%20b");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"loud\":true,\"size\":\"m\"}");
    assertThat(request.headers()).containsKeys("X-Acme-Key", "X-Signature");
    assertThat(request.toString() + request.headers()).doesNotContain("made-up");
  }

  @Test
  void itTellsWhatItDoes() {
    Profile profile = acme().profile();

    assertThat(profile.title()).isEqualTo("Acme");
    assertThat(profile.objects())
        .containsExactly(
            new Profile.Target("contacts", Set.of(Op.UPSERT, Op.DELETE), 50, "people"));
    assertThat(profile.resultsPerRecord()).isTrue();
    assertThat(profile.returnsIds()).isTrue();
    assertThat(profile.asynchronous()).isFalse();
    assertThat(profile.describes()).isFalse();
    assertThat(profile.probes()).isFalse();
    ObjectNode sample = acme().sample();
    assertThat(sample.path("team").asText()).isEqualTo("crm");
    assertThat(sample.at("/auth/token").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type: Acme Corp             | type has a value that does not fit
          type: acme                  | title is missing
          type: [acme                 | is not YAML
          just a text                 | holds no mapping
          title: Acme, kind: x        | type is missing
          """)
  void aTextThatIsNoDefinitionIsRefusedWithItsPlace(String text, String words) {
    assertThatThrownBy(() -> Providers.described("mine.yaml", text.replace(", ", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mine.yaml")
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          note: people                | nota: people             | calls.contacts.nota is no key
          body: '{"loud"              | body: '{loud             | is not JSLT
          method: DELETE              | method: REMOVE           | method has a value that does not fit
          rate: {                     | rate: {a: 1,             | rate.a is no key
          max_bytes: 2MB              | max_bytes: much          | max_bytes has a value that does not fit
          records: one                | records: one, then: x    | names no call of the object
          """)
  void aMistakeIsNamedWithItsPlace(String right, String wrong, String words) {
    assertThat(ACME).contains(right);
    assertThatThrownBy(() -> Providers.described("mine.yaml", ACME.replace(right, wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mine.yaml")
        .hasMessageContaining(words);
  }

  @Test
  void theExamplesOfThePageAreRight() throws IOException {
    String page = Files.readString(Path.of("docs", "http.md"));
    List<String> examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(examples).hasSize(5);
    DescribedApi.of(examples.get(0).replaceAll("(?m)^(type|url|auth): .*$", ""));
    DescribedApi.of("calls:\n" + examples.get(1).indent(2));
    for (String results : examples.get(2).split("(?m)^(?=results:)")) {
      DescribedApi.of("calls:\n  a:\n    upsert:\n" + results.indent(6));
    }
    DescribedApi.of("calls:\n  a:\n    upsert:\n" + examples.get(3).indent(6));
    DestinationProvider provider = Providers.described("acme.yaml", examples.get(4));
    ObjectNode file =
        JsonNodeFactory.instance.objectNode().put("team", "crm").put("signature", "k");
    try (Destination opened =
        provider.open(new DestinationConfig("t", "n", "acme", file), DeliveryContext.system())) {
      assertThat(opened.capabilities().ops()).containsExactly(Op.UPSERT);
    }
  }
}
