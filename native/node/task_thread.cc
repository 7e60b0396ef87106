#include "node/task_thread.h"

namespace movinet {

struct TaskThread::Shared {
  Napi::ThreadSafeFunction to_js;
  /// Touched on the JavaScript thread only.
  int pending = 0;
};

TaskThread::TaskThread(Napi::Env env, const char* name) : shared_(std::make_shared<Shared>()) {
  shared_->to_js = Napi::ThreadSafeFunction::New(env, Napi::Function(), name, 0, 1);
  shared_->to_js.Unref(env);
  // Hooks run last-added first: the thread must be gone before the environment closes the function
  // it calls.
  hook_.emplace(env, [this] { Stop(); });
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (...) {
    hook_.reset();
    shared_->to_js.Release();
    throw;
  }
}

TaskThread::~TaskThread() {
  if (!thread_.joinable()) return;
  hook_.reset();
  Stop();
}

void TaskThread::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  // What was never begun may hold the last reference to the owner of this very thread: it is let go
  // of last.
  const std::deque<Task> dropped = std::move(tasks_);
  shared_->to_js.Release();
}

void TaskThread::Enqueue(Napi::Env env, Task task) {
  if (shared_->pending++ == 0) shared_->to_js.Ref(env);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void TaskThread::Run() {
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (stopping_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    auto* settle = std::make_unique<Settle>(task()).release();
    task = nullptr;
    const std::shared_ptr<Shared> shared = shared_;
    // Where the environment is closing, the call fails and the callable leaks: freeing it here
    // could join this thread.
    shared->to_js.NonBlockingCall(settle, [shared](Napi::Env env, Napi::Function, Settle* data) {
      const std::unique_ptr<Settle> owned(data);
      // While the environment is torn down there is nobody left to settle for.
      if (static_cast<napi_env>(env) == nullptr) return;
      try {
        if (--shared->pending == 0) shared->to_js.Unref(env);
        (*owned)(env);
      } catch (const Napi::Error&) {
        // A worker that is being terminated runs no more JavaScript: again nobody is left.
      }
    });
  }
}

}  // namespace movinet
