/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import io.backhaul.destination.send.SendListener;
import io.backhaul.destination.send.account.AccountAnswer;
import io.backhaul.destination.send.account.AccountDesk;
import io.backhaul.destination.send.account.AccountRequest;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.util.Map;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin in an executor: carries what its tasks ask and count to the driver. Thread-safe. */
final class ExecutorPart implements ExecutorPlugin, AccountDesk {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorPart.class);

  private PluginContext plugin;

  @Override
  public void init(PluginContext context, Map<String, String> settings) {
    plugin = context;
    Activity.begin(context.metricRegistry(), Activity.OF_A_PROCESS);
    Coordination.executor(this);
  }

  @Override
  public AccountAnswer ask(AccountRequest request) throws IOException, InterruptedException {
    Object answer;
    try {
      answer = plugin.ask(Message.of(request));
    } catch (InterruptedException | IOException e) {
      throw e;
    } catch (Exception e) { // Spark declares all, and throws its own for a driver that is gone
      throw new IOException("the driver does not answer", e);
    }
    return Message.read(answer, AccountAnswer.class);
  }

  @Override
  public void tell(AccountRequest request) {
    send(request);
  }

  /** The id of this executor. */
  String id() {
    return plugin.executorID();
  }

  /** Counts what a partition does. */
  Activity counting(String sync, String destination, SendListener listener) {
    return new Activity(
        sync, destination, listener, plugin.metricRegistry(), this::send, Clock.systemUTC());
  }

  private void send(Serializable message) {
    try {
      plugin.send(Message.of(message));
    } catch (IOException | RuntimeException e) {
      LOG.debug("the driver was not told; it goes by what it hears next", e);
    }
  }

  @Override
  public void shutdown() {
    Coordination.executor(null);
  }
}
