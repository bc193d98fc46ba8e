#ifndef WOODSHED_CONEDNN_SHIM_H
#define WOODSHED_CONEDNN_SHIM_H

#include <dnnl.h>

#endif
