/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.jobs.cli.CommandsInProcess;
import io.backhaul.jobs.session.LocalSession;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A process that calls one command after the other in one session, shows some dead letters, and
 * then keeps what Spark's own web pages say. Arguments: the home folder, which has a file {@code
 * commands} with one command a line: its configuration folder and its words, between tabs.
 */
final class WatchedCommands {

  private WatchedCommands() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path home = Path.of(args[0]);
    SparkSession spark = LocalSession.open();
    String quoted = Files.readString(home.resolve("warehouse/quoted"));
    MishapProvider.next(
        new MishapProvider.Mishap() {
          @Override
          public void before(int partition, int attempt, int n) {
            throw new IllegalStateException(
                "cannot send " + quoted, new IllegalArgumentException(quoted));
          }
        });
    for (String line : Files.readAllLines(home.resolve("commands"))) {
      String[] words = line.split("\t");
      call(home, words[0], Arrays.copyOfRange(words, 1, words.length));
    }
    for (Row letter :
        spark
            .read()
            .format("delta")
            .load(home.resolve("ledger/dead_letters").toString())
            .orderBy("letter_id")
            .limit(3)
            .select("letter_id")
            .collectAsList()) {
      call(home, "looking", "dlq", "show", letter.getString(0));
    }
    pages(home, spark);
    spark.stop();
    System.exit(0);
  }

  private static void call(Path home, String conf, String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "--conf";
    all[1] = home.resolve(conf).toString();
    System.arraycopy(words, 0, all, 2, words.length);
    int code = CommandsInProcess.call(FileClock.of(home), all);
    System.out.println("== " + String.join(" ", words) + " ended with code " + code);
  }

  private static void pages(Path home, SparkSession spark)
      throws IOException, InterruptedException {
    String api = spark.sparkContext().uiWebUrl().get() + "/api/v1/applications/";
    String app = spark.sparkContext().applicationId();
    HttpClient client = HttpClient.newHttpClient();
    for (String page :
        List.of(
            "environment",
            "jobs",
            "stages",
            "sql?details=true&planDescription=true&length=10000")) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(api + app + "/" + page)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(page + " answers " + answer.statusCode());
      }
      Files.writeString(
          home.resolve("ui-" + page.replaceAll("\\?.*", "") + ".json"), answer.body());
    }
  }
}
