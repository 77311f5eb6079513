/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.coordination.BackhaulPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What stands in the files for platforms is what Backhaul has: commands, options, classes, syncs.
 */
class PlatformFilesTest {

  private static final Path CONF = Path.of("..", "conf");
  private static final List<String> PLATFORMS =
      List.of("databricks", "emr", "airflow", "kubernetes");
  private static final String JAR = "backhaul-spark.jar";

  /** Arguments of a command line, and where it stands. */
  private record Line(String file, List<String> arguments) {}

  static Stream<Line> lines() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String platform : PLATFORMS) {
      lines.addAll(inPage(platform + "/README.md"));
    }
    lines.addAll(inPage("cron/README.md"));
    for (String step : List.of("emr/step.json", "emr/fleet.json")) {
      List<String> arguments = new ArrayList<>();
      json(step).get(0).get("Args").forEach(argument -> arguments.add(argument.asText()));
      lines.add(new Line(step, afterJar(arguments)));
    }
    for (MatchResult called :
        found(Pattern.compile("\\./backhaul ([^>\n]+) >>"), text("cron/crontab"))) {
      lines.add(new Line("cron/crontab", words(called.group(1))));
    }
    List<String> serverless = new ArrayList<>();
    json("emr/serverless.json")
        .at("/jobDriver/sparkSubmit/entryPointArguments")
        .forEach(argument -> serverless.add(argument.asText()));
    lines.add(new Line("emr/serverless.json", serverless));
    for (Map<String, Object> task : tasks()) {
      List<String> parameters = new ArrayList<>();
      list(map(task.get("spark_jar_task")).get("parameters"))
          .forEach(one -> parameters.add(one.toString().replace("${var.sync}", "acme/contacts")));
      lines.add(new Line("databricks/databricks.yml", parameters));
    }
    Pattern inDag = Pattern.compile("application_args=\\[(.*?)\\]");
    for (MatchResult match : found(inDag, text("airflow/backhaul_dag.py"))) {
      lines.add(
          new Line(
              "airflow/backhaul_dag.py",
              Arrays.stream(match.group(1).split(","))
                  .map(String::strip)
                  .map(argument -> argument.equals("sync") ? "acme/contacts" : argument)
                  .map(argument -> argument.replace("\"", ""))
                  .toList()));
    }
    return lines.stream();
  }

  /** Lines of code in a page that call {@code backhaul}, or submit its jar. */
  private static List<Line> inPage(String file) throws IOException {
    List<Line> lines = new ArrayList<>();
    String joined = text(file).replaceAll("\\\\\n\\s*", "");
    for (String line : joined.split("\n")) {
      String code = line.strip();
      if (line.startsWith("    ") && code.startsWith("./backhaul ")) {
        lines.add(new Line(file, words(code.substring("./backhaul ".length()))));
      } else if (line.startsWith("    ") && code.contains("--class") && code.contains(JAR)) {
        lines.add(new Line(file, afterJar(words(code))));
      }
      Pattern inline = Pattern.compile("`(?:\\./)?backhaul ([^`]+)`");
      for (MatchResult match : found(inline, line)) {
        lines.add(new Line(file, words(match.group(1))));
      }
    }
    return lines;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (MatchResult word : found(Pattern.compile("\"([^\"]*)\"|(\\S+)"), line)) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
  }

  private static List<String> afterJar(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).endsWith(JAR)) {
        return words.subList(i + 1, words.size());
      }
    }
    throw new IllegalArgumentException("no " + JAR + " in " + words);
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static String text(String file) throws IOException {
    return Files.readString(CONF.resolve(file));
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(text(file));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aCommandIsOneThatThereIs(Line line) {
    Backhaul backhaul =
        new Backhaul(
            Terminal.system(),
            (conf, progress) -> {
              throw new AssertionError("nothing is run here");
            });

    assertThat(backhaul.commandLine().parseArgs(line.arguments().toArray(String[]::new)).errors())
        .isEmpty();
  }

  @Test
  void noPlatformIsWithoutACommandForASync() throws IOException {
    List<Line> lines = lines().toList();

    for (String platform : PLATFORMS) {
      assertThat(lines)
          .as(platform)
          .anyMatch(
              line ->
                  line.file().startsWith(platform)
                      && line.arguments().contains("sync")
                      && line.arguments().contains("acme/contacts"));
      assertThat(text(platform + "/README.md")).contains("from zero to the first sync");
    }
    assertThat(CONF.resolve("syncs/acme/contacts.yaml")).isRegularFile();
  }

  @Test
  void aMainClassIsOneThatThereIs() throws Exception {
    Pattern main =
        Pattern.compile("(?:--class\",? \"?|--class |main_class_name: |java_class\": \")([\\w.]+)");
    TreeSet<String> classes = new TreeSet<>();
    try (Stream<Path> files = Files.walk(CONF)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (PLATFORMS.contains(file.getParent().getFileName().toString())) {
          found(main, Files.readString(file)).forEach(match -> classes.add(match.group(1)));
        }
      }
    }

    assertThat(classes).containsExactly(Backhaul.class.getName(), JarTask.class.getName());
    for (String name : classes) {
      assertThat(Class.forName(name).getMethod("main", String[].class)).isNotNull();
    }
  }

  @Test
  void aPluginIsOneThatThereIs() throws Exception {
    Pattern plugin = Pattern.compile("spark\\.plugins[\"=: ]+([\\w.]+)");
    TreeSet<String> files = new TreeSet<>();
    try (Stream<Path> all = Files.walk(CONF)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        for (MatchResult match : found(plugin, Files.readString(file))) {
          assertThat(Class.forName(match.group(1))).isEqualTo(BackhaulPlugin.class);
          files.add(file.getParent().getFileName().toString());
        }
      }
    }

    assertThat(files).containsExactlyInAnyOrderElementsOf(PLATFORMS);
  }

  @Test
  void theBundleHoldsTogether() throws IOException {
    Map<String, Object> bundle = bundle();
    assertThat(map(bundle.get("bundle"))).containsEntry("name", "backhaul");
    List<String> used =
        found(Pattern.compile("\\$\\{var\\.(\\w+)\\}"), text("databricks/databricks.yml")).stream()
            .map(match -> match.group(1))
            .toList();
    assertThat(map(bundle.get("variables")).keySet())
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(used));
    for (Map<String, Object> job : jobs()) {
      List<Object> clusters =
          list(job.get("job_clusters")).stream()
              .map(cluster -> map(cluster).get("job_cluster_key"))
              .toList();
      for (Object task : list(job.get("tasks"))) {
        assertThat(clusters).contains(map(task).get("job_cluster_key"));
        Object jar = map(list(map(task).get("libraries")).get(0)).get("jar");
        assertThat(CONF.resolve("databricks").resolve(jar.toString()).normalize())
            .isEqualTo(Path.of("..", "jobs", "target", JAR));
      }
      for (Object cluster : list(job.get("job_clusters"))) {
        Map<String, Object> machine = map(map(cluster).get("new_cluster"));
        assertThat(machine).containsEntry("data_security_mode", "SINGLE_USER");
        assertThat(machine.get("spark_version").toString()).endsWith("-scala2.12");
        assertThat(map(machine.get("spark_conf"))).containsEntry("spark.speculation", "false");
      }
      assertThat(job).containsEntry("max_concurrent_runs", 1);
    }
  }

  private static Set<ValidationMessage> againstTheBundleSchema(String bundle) {
    Object yaml = new Load(LoadSettings.builder().build()).loadFromString(bundle);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(SchemaLocation.of("classpath:databricks/bundle.schema.json"))
        .validate(new ObjectMapper().valueToTree(yaml));
  }

  @Test
  void theBundleIsOneByTheBundleSchema() throws IOException {
    assertThat(againstTheBundleSchema(text("databricks/databricks.yml"))).isEmpty();
  }

  /** What the CLI would warn of, or the workspace refuse. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_concurrent_runs: 1 | max_concurrent_run: 1",
        "max_retries: 1 | max_retries: once",
        "num_workers: 2 | workers: 2",
        "pause_status: PAUSED | pause_status: paused",
        "data_security_mode: SINGLE_USER | data_security_mode: DEDICATED",
        "spark.speculation: \"false\" | spark.speculation: false",
        "mode: production | mode: prod",
        "enabled: true | enabled: please",
        "task_key: sync | key: sync",
      })
  void theBundleSchemaSeesASlip(String right, String wrong) throws IOException {
    String bundle = text("databricks/databricks.yml");

    assertThat(bundle).contains(right);
    assertThat(againstTheBundleSchema(bundle.replace(right, wrong))).isNotEmpty();
  }

  @Test
  void theBundleHandsOutTheSecretsThatTheFirstExampleNames() throws IOException {
    List<String> named =
        found(Pattern.compile("\\$\\{env:(\\w+)\\}"), text("destinations/acme/crm.yaml")).stream()
            .map(match -> match.group(1))
            .toList();

    assertThat(named).isNotEmpty();
    for (String name : named) {
      assertThat(text("databricks/databricks.yml"))
          .contains(
              name + ": \"{{secrets/${var.secret_scope}/" + name.toLowerCase(Locale.ROOT) + "}}\"");
      assertThat(text("kubernetes/README.md")).contains("secretKeyRef." + name + "=");
    }
  }

  @Test
  void bothKindsOfEmrNameTheLogStoreForSeveralWriters() throws IOException {
    String onServerless =
        json("emr/serverless.json").at("/jobDriver/sparkSubmit/sparkSubmitParameters").asText();
    for (JsonNode argument : json("emr/step.json").get(0).get("Args")) {
      if (argument.asText().matches("(spark\\.|io\\.delta).*")) {
        assertThat(onServerless).contains(argument.asText());
      }
    }
    for (String scheme : List.of("s3", "s3a")) {
      assertThat(onServerless)
          .contains("spark.delta.logStore." + scheme + ".impl=io.delta.storage.S3DynamoDBLogStore");
    }
    assertThat(json("emr/serverless.json").fieldNames())
        .toIterable()
        .contains("applicationId", "executionRoleArn", "jobDriver");
  }

  @Test
  void theDagIsPython(@TempDir Path folder) throws Exception {
    Path copy = Files.copy(CONF.resolve("airflow/backhaul_dag.py"), folder.resolve("dag.py"));
    Process python;
    try {
      python =
          new ProcessBuilder("python3", "-m", "py_compile", copy.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("said").toFile())
              .start();
    } catch (IOException e) {
      abort("there is no python3 here: " + e.getMessage());
      return;
    }

    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(python.exitValue()).as(Files.readString(folder.resolve("said"))).isZero();
  }

  private static Map<String, Object> bundle() throws IOException {
    return map(
        new Load(LoadSettings.builder().build()).loadFromString(text("databricks/databricks.yml")));
  }

  private static List<Map<String, Object>> jobs() throws IOException {
    return map(map(bundle().get("resources")).get("jobs")).values().stream()
        .map(PlatformFilesTest::map)
        .toList();
  }

  private static List<Map<String, Object>> tasks() throws IOException {
    return jobs().stream()
        .flatMap(job -> list(job.get("tasks")).stream())
        .map(PlatformFilesTest::map)
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object yaml) {
    return (Map<String, Object>) yaml;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object yaml) {
    return (List<Object>) yaml;
  }
}
